"""Invented words that stand in for names. Two halves make one word, so nobody is likely to be called so."""


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


FIRST = _split(
    """
    al an ar bal ban bel ber bor bran bren cal car cor dal dar del dor el em er fal fen fin gal gar gel hal har hel
    il ir jas jor kal kel kor lan lar lem lor mal mar mel mor nal nel nor ol or pal pel per ral ren ror sal sel sor
    tal tan tel tor ul val vel wen wil yor
    """
)
LAST = _split(
    """
    adan ador aldi amon andel anor ardo arin aster avel bani bero borin dago dalen damir denor dobar durin edal elda
    emir endo erad evan fari felor garo gelin goran harin ibal idan ilor imar indel ivor kalin karo kelan lamor
    lasko lendi lidor loran madel mirand modar nadil nolar odan olvi orbin radel rimal rosan sador selin sivar tamil
    tidor vadin vimar vosan
    """
)
PARTICLES = frozenset(
    _split("van von de da do dos das del della di du den der ten ter la le el al bin ibn af av zu y e of the and")
)
