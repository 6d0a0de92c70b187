"""Recognisers by pattern and checksum. They need no model and nothing beyond the standard library."""
