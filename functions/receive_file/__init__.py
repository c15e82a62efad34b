"""The receive_message function."""
