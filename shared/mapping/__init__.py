"""Documents to effects or holds: cross references, units, dimensions. Pure."""
