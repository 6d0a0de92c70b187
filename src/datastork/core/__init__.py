"""The words: drops, facts, steps, errors, seeds and content ids. Standard library only."""

from datastork.core.change import Change
from datastork.core.drop import Drop
from datastork.core.facts import Facts
from datastork.core.findings import Findings
from datastork.core.frame import Frame
from datastork.core.settings import Column, ColumnOrder, InputFile, Range, Scratch
from datastork.core.step import step

__all__ = [
    "Change", "Column", "ColumnOrder", "Drop", "Facts", "Findings", "Frame", "InputFile", "Range", "Scratch", "step",
]  # fmt: skip
