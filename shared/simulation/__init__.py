"""The ports in memory on a virtual clock; one contract suite holds them to shared/aws."""
