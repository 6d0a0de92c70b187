"""Cells that are not given: what stands in for them, and when that they are missing says something itself."""
