"""What is deployed together: data, core, edge and operations."""
