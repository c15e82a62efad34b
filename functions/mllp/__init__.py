"""The MLLP bridge, which runs in a container."""
