"""The deliver_status function."""
