"""UN/EDIFACT D.96A and D.01B: the reader of the purchase side, its writers and CONTRL."""
