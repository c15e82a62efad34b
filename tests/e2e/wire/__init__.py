"""Faults on the wire between the functions and the engine of the box."""
