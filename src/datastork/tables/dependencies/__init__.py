"""Which columns of a table determine which: pairs, functional dependencies, keys, derived columns."""
