"""The nouns: immutable dataclasses, shared by readers, steps and targets."""
