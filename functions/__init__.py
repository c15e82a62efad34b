"""One folder, one Lambda: a handler turns an event into models and calls one step."""
