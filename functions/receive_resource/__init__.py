"""The receive_resource function."""
