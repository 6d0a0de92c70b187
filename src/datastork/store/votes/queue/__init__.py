"""The queue: which items there are, what state they are in, who holds them, what comes next."""
