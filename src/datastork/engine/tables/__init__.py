"""Whole-table steps: the frame they get, and what they changed."""
