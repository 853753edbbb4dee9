"""Stage functions over values that turn a query into ranked hits, and the facade over them."""
