"""The post_effect function."""
