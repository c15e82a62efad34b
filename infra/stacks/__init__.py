"""What is deployed together: data, core, edge, operations, and the MLLP bridge."""
