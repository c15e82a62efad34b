"""Builds each step for Lambda, on first use. The only reader of the environment.

One module a step, so that a function imports its own step and no other.
"""
