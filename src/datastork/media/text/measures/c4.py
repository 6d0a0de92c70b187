"""The rules by which the Colossal Clean Crawled Corpus was made, for lines and for pages.

Raffel and others, "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", JMLR 21 (2020),
arXiv 1910.10683, section 2.2, and, for what is only said there, its code (`c4_utils.py` of TensorFlow Datasets).
"""

import re

TERMINAL = (".", "!", "?", '"', "”")
LEAST_WORDS = 5
LONGEST_WORD = 1000  # characters
PHRASES = (
    "javascript",
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)
PLACEHOLDER = "lorem ipsum"
_CITATION = re.compile(r"\[\d{0,9}\]|\[edit\]|\[citation needed\]")
# an end of a sentence: marks and closing quotes, then white space that no lower-case letter follows, or the end.
# It begins at the first of several marks and gives nothing back, so that a row of marks is gone through once.
_END = re.compile(
    r"[.!?](?<![.!?].)(?<!\b[A-Z]\.)(?<!\b[MD]r\.)(?<!\bMrs\.)(?<!\bSt\.)"
    r"[.!?]*+[\"'”’)\]]*+(?:\s++(?![a-z])|\Z)"
)


def without_citations(content: str) -> str:
    """Return a text without the marks of citation that Wikipedia has: [1], [edit], [citation needed]."""
    return _CITATION.sub("", content) if "[" in content else content


def passing_lines(lines: list[str], lowered: str) -> list[str]:
    """Return those of some lines, without white space at their ends, that C4 keeps; `lowered` is their text."""
    found = [
        line
        for line in lines
        if line.endswith(TERMINAL)
        and not line.endswith("...")
        and len(line.split(None, LEAST_WORDS - 1)) == LEAST_WORDS
    ]
    if any(phrase in lowered for phrase in PHRASES):
        found = [line for line in found if not any(phrase in line.lower() for phrase in PHRASES)]
    if any(len(line) > LONGEST_WORD for line in found):
        found = [line for line in found if max(map(len, line.split())) <= LONGEST_WORD]
    return found


def sentences(lines: list[str]) -> int:
    """Return how many sentences end in some lines, each of which ends one."""
    return sum(max(1, len(_END.findall(line))) for line in lines)
