"""What Looker's resources are: pure data and rules, no I/O."""
