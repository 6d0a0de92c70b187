"""Formats of texts: classes and spans."""
