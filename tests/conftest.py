"""What holds for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# a machine with other work to do is slow, not wrong
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
