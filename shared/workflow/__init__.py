"""The steps: workflow/<name>.py is the logic of functions/<name>/."""
