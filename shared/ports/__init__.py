"""What the workflows need from outside, as Protocols.

Shared/aws and shared/simulation implement them.
"""
