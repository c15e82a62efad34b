"""ASC X12, 004010 to 005010: the reader of the purchase side, its writers and acknowledgements."""
