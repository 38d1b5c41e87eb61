"""Renderers of plans and reports: pure functions to text. All that came from Looker is data, and escaped."""
