"""The recipe: `stork.toml` read, bound to the signatures of its steps, and checked, all problems at once."""
