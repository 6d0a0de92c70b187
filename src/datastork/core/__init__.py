"""The words: drops, facts, steps, errors, seeds and content ids. Standard library only."""

from datastork.core.drop import Drop
from datastork.core.facts import Facts
from datastork.core.findings import Findings
from datastork.core.frame import Frame
from datastork.core.settings import Range
from datastork.core.step import step

__all__ = ["Drop", "Facts", "Findings", "Frame", "Range", "step"]
