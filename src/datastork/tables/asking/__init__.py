"""Which rows to ask a person about first."""

from datastork.tables.asking.questions import questions

__all__ = ["questions"]
