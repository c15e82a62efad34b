"""Pure rules of stock: what lies where."""
