"""Flat files of cabinets and the like: split, checked and read by a profile, row by row."""
