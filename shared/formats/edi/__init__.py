"""What X12 and EDIFACT share: splitting, loop grammar, segment checks, positions, bounds."""
