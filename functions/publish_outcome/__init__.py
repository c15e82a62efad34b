"""The publish_outcome function."""
