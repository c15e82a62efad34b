"""Signed JSON events of registered sources (Standard Webhooks), and news to them."""
