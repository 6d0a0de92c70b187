"""Rounds of the work: pilot rounds, and guidelines as they are revised between them."""
