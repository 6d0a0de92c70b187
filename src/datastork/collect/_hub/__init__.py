"""Datasets that are public already: where they are described, fetched from, and searched for."""
