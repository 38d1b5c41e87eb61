"""Scenarios: what an instance holds, what it shall hold, and the plan and calls that make it so."""
