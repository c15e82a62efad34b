"""Whole histories of the shipped workflow in virtual time: one seed is one history."""
