"""Comparing two states and ordering what would make them equal: pure functions over data."""
