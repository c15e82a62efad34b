"""Look-up records of the FDA's device database (GUDID)."""
