"""What the words around a run, its shape and the model say together: person, place, firm, or nothing."""

import re
from collections.abc import Sequence

from datastork.media.text.private.address.words import COUNTRIES
from datastork.media.text.private.names.lexicon import FIRM, KIN, NO_NAME, TITLES, given_names
from datastork.media.text.private.names.model import Entity
from datastork.media.text.private.names.runs import Run

_COUNTRY = re.compile(COUNTRIES)
_CALLED = re.compile(
    r"(?:\bname(?:'?s)?(?: is|:| was)|\bnamed(?: him| her| it)?|\bcalled|\bcalls?(?:ed)? (?:me|him|her)|\bknown as|"
    r"\b(?:je m'appelle|ich heiße|me llamo|"
    r"mi chiamo|jag heter)|\bname\?|\bsigned|\bn[ée]e)[\s,:]{1,3}\Z"
)
_IS = re.compile(r"\b(?:i am|i'm|this is|it's|it is|here is|ich bin|why is|who is|where is|when is)\s{1,2}\Z")
_LABEL = re.compile(
    r"(?:^|[\n>|*]) ?(?:[a-z]{1,12} ){0,2}(?:name|attn|attention|contact|author|patient|client|customer|employee|"
    r"applicant|signed|signature|from|to|cc|by|user|holder|guardian|"
    r"beneficiary|sender|recipient|dear|hi|hello|hey|directed by|written by)[ \t]*(?:\(s\))?[:.,]?[ \t]{1,8}\Z"
)
_GREET = re.compile(
    r"\b(?:dear|hi|hello|hey|hiya|thanks|thank you|cheers|regards|best|love|sincerely|yours|bye|morning|evening|"
    r"night|congratulations|sorry|bonjour|hola|hallo|ciao)[, ]{1,2}\Z|"
    r"\b(?:thanks|regards|best|wishes|love|sincerely|cheers|truly|faithfully|xx?)[,.!]?\s{1,6}-?\s?\Z"
)
_KIN = re.compile(rf"\b(?:my|his|her|our|your|their|the)(?: \w{{2,12}})? (?:{KIN})(?:'s name)?,? \Z")
_SPOKEN = re.compile(
    r"\b(?:said|asked|replied|told|tell|says|shouted|whispered|ask|met|meet|married|phone|texted|emailed|remember|"
    r"saw|with|heard|named|starring|featuring|feat\.|between|"
    r"directed by|written by|played by|produced by|sung by|recorded by|composed by|interview with|"
    r"tribute to|speak to|speak with|spoke to|follow up with|shouted at|add|"
    r"remove my kid|ms|mr|mrs|dr) \Z"
)
_BY = re.compile(r"\b(?:by|to|from|with|and|or|under|of|for|like|that|as|is|than|says|,) \Z|[\"“(>:] ?\Z")
_VERB = re.compile(
    r"^(?:,? (?:who|whose)\b| (?:said|says|told|tells|asked|asks|replied|shouted|whispered|smiled|laughed|cried|"
    r"thinks|thought|knows|knew|wants|wanted|loves|loved|likes|hates|lives|lived|"
    r"works|worked|wrote|writes|called|calls|texted|emailed|married|died|was born|grew up|moved|went|came|sat|stood|"
    r"looked|turned|nodded|explained|spent|began|sings|sang|speak|"
    r"speaks|plays|played|had given|has given|will be (?:talking|speaking|there|late)|is (?:a|an|my|his|her|very|so|"
    r"\d+|from|the)\b|from\b|points out|fan\b|concert\b|novel\b|version\b|recorded|can i\b))"
)
_OWNS = re.compile(
    rf"^['’]s? (?:{KIN}|house|home|place|birthday|address|phone|number|email|car|life|death|killers?|room|name|face|"
    rf"voice|eyes|hand|hair|heart|book|novel|song|song|office|account|idea|job)\b"
)
_SPEAKER = re.compile(r"^:[ \t]?[\"“A-Z]")
_PLACE = re.compile(
    r"\b(?:liv(?:es?|ed|ing)|born|grew up|raised|based|located|arriv\w{1,3}|stay\w{0,3}|travel\w{0,4}|flew|fly|"
    r"flying|moved?|moving|drove|drive|originally|trip|visit\w{0,3}|"
    r"conference|offices?|holiday|vacation|university|city|town|village|region|province|district|capital|north|south|"
    r"east|west|somewhere|here|back|go|going|coming|return\w{0,3}|went|am|i'm|he's|she's|in)"
    r"(?: \w{1,10}){0,2} (?:in|to|from|at|near|of|around|outside|across|over) (?:the )?\Z|\bwhere: ?\Z"
)
_IN = re.compile(r"\b(?:in|near|outside|throughout) \Z")
_HOUSE = re.compile(r"^,? ?[0-9]|^ (?:street|road|avenue|lane|st\b|rd\b)")
_BEGINS = re.compile(r"(?:^|[.!?:*\n])[\s\"'“”(*-]*\Z")
PLACES = frozenset({"GPE", "LOC"})
THINGS = frozenset({"DATE", "TIME", "LANGUAGE", "LAW", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"})


def label_of(run: Run, entities: Sequence[Entity]) -> str:
    """Return what the model calls most of a run, or nothing."""
    best, most = "", 0
    for one in entities:
        shared = min(one.end, run.end) - max(one.start, run.start)
        if shared > most:
            best, most = one.label, shared
    return best if 2 * most > run.end - run.start else ""


def person(text: str, run: Run, label: str, small: frozenset[str], *, lower: bool) -> float:
    """Return how much speaks for a person; 0.5 and more is one.

    `small` are the words the text also writes without a capital; `lower`: the text has no capitals of its own.
    """
    words = run.key
    if any(any(letter.isdigit() for letter in one) for one in words) or not words or not NO_NAME.isdisjoint(words):
        return 0
    ahead, behind = text[max(run.start - 48, 0) : run.start].lower(), text[run.end : run.end + 40].lower()
    score = {"PERSON": 0.3 if lower else 0.5, "": 0.0, "ORG": 0.05, "GPE": -0.1, "LOC": -0.25, "NORP": -0.3}.get(
        label, -0.4 if label in THINGS else 0.05
    )
    score += _given(run, words)
    score += 0.55 if run.title else 0.0
    plain = len(run.words) in (2, 3) and all(one[1:].islower() or len(one.rstrip(".")) == 1 for one in run.words)
    if plain and not lower:
        score += 0.1
        if len(run.words) == 3 and len(run.words[1].rstrip(".")) == 1 and len(run.words[0]) > 1:
            score += 0.45  # John F. Kennedy
    if _CALLED.search(ahead) or _LABEL.search(ahead) or _KIN.search(ahead):
        score += 0.5
    elif _IS.search(ahead):
        score += 0.3 if label or len(words) > 1 else 0.2
    elif _GREET.search(ahead):
        score += 0.4 if label or len(words) < 3 else 0.2
    elif _SPOKEN.search(ahead):
        score += 0.35
    elif _BY.search(ahead):
        score += 0.3 if ahead.endswith(" by ") and len(words) > 1 else 0.1
    if not lower:
        if _VERB.match(behind):
            score += 0.4 if label != "ORG" or len(words) == 1 else 0.25
        elif _OWNS.match(behind):
            score += 0.45
        elif _SPEAKER.match(text[run.end : run.end + 8]) and text[run.start - 1 : run.start] in ("", "\n"):
            score += 0.4
    if _PLACE.search(ahead) or _IN.search(ahead):
        score -= 0.45
    if _HOUSE.match(behind):
        score -= 0.3
    if not FIRM.isdisjoint(words):
        score -= 0.7
    if len(words) == 1:
        score -= 0.45 if words[0] in small else 0.0
        score -= 0.1 if label == "PERSON" and _BEGINS.search(ahead) else 0.0
    if not lower and all(one.isupper() and len(one) > 1 for one in run.words):
        score -= 0.25
    if _COUNTRY.fullmatch(" ".join(run.words)):
        score -= 0.6
    return score


def place(text: str, run: Run, label: str, small: frozenset[str]) -> float:
    """Return how much speaks for a place."""
    if not FIRM.isdisjoint(run.key) or not NO_NAME.isdisjoint(run.key):
        return 0
    ahead = text[max(run.start - 48, 0) : run.start].lower()
    score = {"GPE": 0.75, "LOC": 0.7, "FAC": 0.3, "": 0.1, "PERSON": 0.1, "ORG": 0.1}.get(label, 0)
    if _COUNTRY.fullmatch(" ".join(run.words)):
        score += 0.6
    elif len(run.key) == 1 and run.key[0] in small:
        score -= 0.4
    elif all(one.isupper() and len(one) < 4 for one in run.words):
        score -= 0.3
    if label not in THINGS and label != "NORP":
        score += 0.45 if _PLACE.search(ahead) else 0.3 if _IN.search(ahead) else 0.0
    return score


def _given(run: Run, words: Sequence[str]) -> float:
    sure, doubtful = given_names()
    parts = words[0].split("-")
    first = all(one in sure for one in parts)
    if first:
        return 0.5 if len(words) < 5 else 0.3
    if words[0] in doubtful:
        return 0.3 if len(words) in (2, 3) else 0.15
    if any(one in sure for one in words[1:]):
        return 0.2
    return 0.0


__all__ = ["PLACES", "TITLES", "label_of", "person", "place"]
