"""The map_document function."""
