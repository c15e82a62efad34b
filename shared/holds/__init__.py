"""Codes, owners and clocks of what waits for a person: pure."""
