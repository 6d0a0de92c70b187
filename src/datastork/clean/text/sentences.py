"""Texts as sentences."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from datastork.core import Range, step
from datastork.media.text import Text
from datastork.media.text.plain import plain

Language = Literal[
    "other", "am", "ar", "bg", "da", "de", "el", "en", "es", "fa", "fr", "hi", "hy", "it", "ja", "kk", "mr", "my", "nl",
    "pl", "ru", "sk", "ur", "zh",
]  # fmt: skip
_BLANK = re.compile(r"\n[ \t]*\n")


@step
def sentences(
    text: Text, *, language: Language = "en", each: Annotated[int, Range(1)] = 1, wrapped: bool = False
) -> Iterator[Text]:
    """Cut texts into sentences, or into pieces of several.

    Doubtful ends are judged by pysbd (N. Sadvilkar and M. Neumann, "PySBD: Pragmatic Sentence Boundary Disambiguation",
    NLP-OSS 2020). Pieces do not go over the end of a paragraph. A text without any sentence stays as it is.

    Settings:
        language: of the texts (ISO 639-1); "other" ends a sentence at every full stop, question or exclamation mark
        each: how many sentences a piece has (the last of a paragraph may have fewer)
        wrapped: whether long lines were broken to fit a page, so that only an empty line ends a paragraph

    Example:
        >>> [piece.content for piece in sentences(Text("Mr. Robin sang. It was early. He flew."), each=2)]
        ['Mr. Robin sang. It was early.', 'He flew.']
    """
    from datastork.media.text.sentence_ends import sentences_of

    content = plain(text)
    paragraphs = (one.replace("\n", " ") for one in _BLANK.split(content)) if wrapped else iter(text.lines)
    found = 0
    for paragraph in paragraphs:
        ends = sentences_of(paragraph, language)
        for start in range(0, len(ends), each):
            found += 1
            yield Text(" ".join(ends[start : start + each]))
    if not found:
        yield text
