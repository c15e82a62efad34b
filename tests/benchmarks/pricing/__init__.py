"""What a million transactions cost on AWS: recorded calls, stated assumptions and a price list."""
