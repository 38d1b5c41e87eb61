"""The declarations of all kinds, by area."""
