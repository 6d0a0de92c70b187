"""Transforms of text learned from corrected cells, and applied where the evidence holds."""
