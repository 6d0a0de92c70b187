"""Formats of sounds: what is heard, from when to when."""
