"""Tryton 8.0 with our `ledgerward_reference` module: it enforces our reference (class E1)."""
