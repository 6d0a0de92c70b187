"""Rows of several sources that speak of one thing: who is right, who copies, and which value is the true one."""

from datastork.tables.sources.vote import vote

__all__ = ["vote"]
