"""Documents to X12: what we send, and what a test supplier sends."""
