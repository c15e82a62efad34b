"""FHIR R4 and R5 in JSON: resources, Bundles, and one resource a line."""
