"""Transforms of text learned from corrected cells, and applied where the evidence holds."""

from datastork.tables.examples.learn import learn

__all__ = ["learn"]
