"""A simulated Looker API 4.0 over real HTTP on loopback, strict where Looker is strict."""

from lookervault.sandbox.content import blank_instance, demo_instance
from lookervault.sandbox.faults import Call, Faults
from lookervault.sandbox.instance import Instance
from lookervault.sandbox.server import Server, serve

__all__ = ["Call", "Faults", "Instance", "Server", "blank_instance", "demo_instance", "serve"]
