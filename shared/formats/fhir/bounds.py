"""What no resource may exceed."""

RESOURCE_BYTES = 4 * 1024 * 1024
WINDOW_BYTES = 256 * 1024
DEEPEST = 64  # levels of a resource; the deepest of the specification's examples has under twenty
MOST_VALUES = 200_000  # of one resource, where it is read value by value
LINES_LIMIT = 20_000  # of one resource
PROSE_LIMIT = 1_000  # characters of a description
LONGEST_REFERRED = 64 * 1024  # characters of an entry that others may refer to
MOST_KEPT = 128  # resources that others refer to, at a time
