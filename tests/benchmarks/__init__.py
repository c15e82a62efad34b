"""Figures: one command each, measured on the box."""
