"""Folders: patterns, and what they find."""
