"""Bytes to canonical nouns and back: pure, positioned, never raising on bad input."""
