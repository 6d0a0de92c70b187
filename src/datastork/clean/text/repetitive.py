"""Texts that repeat themselves."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.text.measures.repetition import Repetition

Share = Annotated[float, Range(0, 1)]


@step
def repetitive(
    facts: Repetition,
    *,
    lines: Share = 0.30,
    line_characters: Share = 0.20,
    paragraphs: Share = 0.30,
    paragraph_characters: Share = 0.20,
    top_2_gram: Share = 0.20,
    top_3_gram: Share = 0.18,
    top_4_gram: Share = 0.16,
    repeated_5_gram: Share = 0.15,
    repeated_6_gram: Share = 0.14,
    repeated_7_gram: Share = 0.13,
    repeated_8_gram: Share = 0.12,
    repeated_9_gram: Share = 0.11,
    repeated_10_gram: Share = 0.10,
) -> Drop | None:
    """Drop texts that say the same again and again.

    The rules and thresholds of Gopher (Rae and others, "Scaling Language Models: Methods, Analysis & Insights from
    Training Gopher", arXiv 2112.11446, table A1). Each setting is the greatest share that is kept, 1 switches a rule
    off. What counts as repeated is what stood in the text before; a run of words that is there only once is no
    repetition, however short the text. Words are compared without case and punctuation.

    Settings:
        lines: repeated lines (share of the lines that are not blank)
        line_characters: characters in repeated lines (share of all)
        paragraphs: repeated paragraphs (share; blank lines divide them)
        paragraph_characters: characters in repeated paragraphs (share of all)
        top_2_gram: characters in the most frequent run of 2 words (share of all)
        top_3_gram: the same, of 3 words
        top_4_gram: the same, of 4 words
        repeated_5_gram: characters in repeated runs of 5 words (share of all)
        repeated_6_gram: the same, of 6 words
        repeated_7_gram: the same, of 7 words
        repeated_8_gram: the same, of 8 words
        repeated_9_gram: the same, of 9 words
        repeated_10_gram: the same, of 10 words

    Example:
        >>> from datastork.media.text import Text
        >>> repetitive(Repetition.of(Text("Home\\nLog in\\nHome\\nHome")))
        Drop(reason='gopher: repeated lines 0.50 > 0.3', evidence=0.5)
    """
    limits = (
        *(lines, line_characters, paragraphs, paragraph_characters, top_2_gram, top_3_gram, top_4_gram),
        *(repeated_5_gram, repeated_6_gram, repeated_7_gram, repeated_8_gram, repeated_9_gram, repeated_10_gram),
    )
    for place, (found, limit) in enumerate(zip(facts, limits, strict=True)):
        if found > limit:
            return Drop(f"gopher: {_words(facts._fields[place])} {found:.2f} > {limit:g}", found)
    return None


def _words(field: str) -> str:
    """Return the name of a fact as a person reads it: "top 2-gram", "repeated line characters"."""
    return field.replace("_gram", "-gram").replace("_", " ")
