"""The language of a text."""

from datastork.core import step
from datastork.media.text import Text
from datastork.media.text.measures.language import Language


@step
def language(text: Text) -> Language:
    """Tell the language of each text.

    Fills the columns `language` (ISO 639-1 code, or ISO 639-3 for a language without one) and `language_probability`
    (0 to 1). Texts with fewer than 5 letters get none. Looks at the first 1,500 characters: a text that goes on in
    another language is counted to the one it begins in.

    Letters that one language alone is written with (Greek, Thai, Hangul, kana and others) tell it; the rest is
    told by py3langid, a naive Bayes model of bytes for 130 languages (after Lui and Baldwin, "langid.py: An
    Off-the-shelf Language Identification Tool", ACL 2012).

    Example:
        >>> language(Text("The robin sat on the garden wall and sang.")).language
        'en'
    """
    return Language.of(text)
