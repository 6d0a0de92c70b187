"""Quantities: units by name, numbers with a unit, numbers in the wrong unit."""
