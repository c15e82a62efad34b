"""The receive_webhook function."""
