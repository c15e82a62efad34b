"""The release_parked function."""
