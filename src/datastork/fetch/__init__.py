"""Fetching: bytes from the web, politely and without being led where a recipe did not mean to go."""
