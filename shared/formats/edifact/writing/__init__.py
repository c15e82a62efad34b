"""Documents to EDIFACT: what we send."""
