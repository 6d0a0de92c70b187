"""Letters without sense."""

from typing import Annotated

from datastork.core import Drop, Range, step
from datastork.media.text.measures.letters import Gibberish


@step
def gibberish(facts: Gibberish, *, above: Annotated[float, Range(0, 1)] = 0.5) -> Drop | None:
    """Drop texts of random letters: keyboard noise, keys and hashes, words made of consonants.

    A text is looked at in stretches of some 40 pairs of letters. A stretch is gibberish where its letters do not
    follow each other as in any of 158 languages written with Latin letters. Nothing is said of texts in other letters,
    nor of those with fewer than 16 pairs. Real words in a senseless order are not noticed, nor is `hahahaha`.

    Of 2,000 pieces of real texts in eight languages one was dropped with 40 characters and none with 80; of letters
    drawn at random, keyboard noise, consonants, base64 and hexadecimal digits 94 to 100 % were with 40 characters.

    Settings:
        above: the greatest share of a text in such stretches that is kept

    Example:
        >>> from datastork.media.text import Text
        >>> gibberish(Gibberish.of(Text("asdjkl fghj sdfkj wqpoeiru zxmcnv")))
        Drop(reason='gibberish 1.00 > 0.5 of its letters', evidence=1.0)
    """
    share = facts.gibberish_share
    if share is None or share <= above:
        return None
    return Drop(f"gibberish {share:.2f} > {above:g} of its letters", share)
