"""Pure rules of the books: tie-out."""
