"""HL7 v2: framing, segments, the DFT^P03 reader and its acknowledgement."""
