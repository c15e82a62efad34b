"""One folder, one Lambda: a handler that turns an event into models and calls one step of shared/workflow."""
