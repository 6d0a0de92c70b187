"""Lines that are no prose."""

from datastork.core import Drop, step
from datastork.media.text import Text
from datastork.media.text.measures.c4 import passing_lines, without_citations
from datastork.media.text.measures.folded import stripped_lines


@step
def c4_lines(text: Text) -> Text | Drop:
    r"""Keep the lines that end like a sentence and have five words, and drop texts without any.

    The rules for lines by which C4 was made (Raffel and others, "Exploring the Limits of Transfer Learning with a
    Unified Text-to-Text Transformer", arXiv 1910.10683, section 2.2): a line ends in `.`, `!`, `?` or a closing quote
    and not in `...`, has at least 5 words and none of more than 1,000 characters, and names neither JavaScript nor
    cookies, terms of use or a privacy policy. Marks of citation as Wikipedia has them (`[1]`, `[edit]`, `[citation
    needed]`) are taken out. Blank lines go as well: what is left is one line to a paragraph.

    Made for web pages, where a paragraph is one line. In texts whose lines are wrapped at a fixed width, it keeps only
    the last line of a paragraph: join their lines first. The rules for whole pages are in `clean.text.quality`.

    Example:
        >>> c4_lines(Text("Menu\nThe robin sat on the wall.[1]\nLog in")).content
        'The robin sat on the wall.'
    """
    if not text.content or text.content.isspace():
        return text
    plain = without_citations(text.content)
    lines = stripped_lines(text) if plain is text.content else list(map(str.strip, plain.split("\n")))
    kept = passing_lines(lines, plain.lower())
    return text.replaced("\n".join(kept)) if kept else Drop("c4: no line ends like a sentence and has 5 words")
