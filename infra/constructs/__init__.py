"""One capability each, with the house defaults; none of them knows an environment by name."""
