"""From many answers to one: consensus, agreement and skill, as functions on arrays."""
