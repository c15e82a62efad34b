"""Identity of effects and the protocol's decisions: pure, no I/O."""
