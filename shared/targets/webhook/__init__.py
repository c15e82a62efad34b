"""Webhook sources, as receivers of our news."""
