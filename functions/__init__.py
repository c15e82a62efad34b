"""One folder, one Lambda: a handler turns an event into models and calls one step.

`mllp` alone has no handler: it keeps connections open, and runs in a container.
"""
