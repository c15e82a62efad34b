"""Connectors: one folder per target system."""
