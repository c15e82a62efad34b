"""The serve_resource function."""
