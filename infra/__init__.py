"""Declares where the product runs and never computes.

`infra/local` runs the same templates on one machine.
"""
