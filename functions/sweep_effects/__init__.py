"""The sweep_effects function."""
