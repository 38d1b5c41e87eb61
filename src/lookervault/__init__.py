"""Plan and apply for Looker content."""

__version__ = "0.1.0"
