"""Rows that speak of the same thing: candidate pairs, how alike they are, which are one, and the best row of each."""
