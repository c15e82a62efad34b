"""The redrive_dead_letters function."""
