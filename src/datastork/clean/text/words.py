"""Texts as words."""

from datastork.core import step
from datastork.media.text import Text
from datastork.media.text.plain import plain
from datastork.media.text.tokens import word_pattern


@step
def words(text: Text, *, punctuation: bool = False, keep_lines: bool = False) -> Text:
    """Write a text as its words, with one space between two.

    A word is letters and digits with the marks on them; an apostrophe inside belongs to it (don't), a comma or point
    inside a number as well (1,234.5). Every Chinese or Japanese sign is a word. What else stands between words is left
    out.

    Settings:
        punctuation: whether punctuation and symbols stay, each as a word
        keep_lines: whether lines stay lines

    Example:
        >>> words(Text("Don't pay €1,234.50!")).content
        "Don't pay 1,234.50"
    """
    pattern = word_pattern(punctuation=punctuation)
    content = plain(text)
    if not keep_lines:
        return text.replaced(" ".join(pattern.findall(content)))
    return text.replaced("\n".join(" ".join(pattern.findall(line)) for line in text.lines))
