"""HL7 v2: framing, segments, the readers of its messages and their acknowledgement."""
