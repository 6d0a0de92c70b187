"""Rules that a table seems to keep: proposed with what speaks for and against them."""
