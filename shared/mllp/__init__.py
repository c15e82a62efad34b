"""HL7 v2 over MLLP: a bridge from a site's TCP connections to the platform's edge."""
