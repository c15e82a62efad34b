"""What `engine.py` mends in the AWS engine: a function for each gap, its symptom in the docstring.

These modules reach into the engine's internals on purpose (hence the lint exemptions): that is what
a fix to a pinned dependency is. They are imported in the engine's own process only; nothing of the
engine is imported before a fix runs.
"""
