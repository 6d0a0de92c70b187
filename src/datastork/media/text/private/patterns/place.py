"""Places on the globe, by their coordinates."""

import re
from collections.abc import Iterator

from datastork.media.text.private import context
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_DECIMAL = re.compile(
    r"([0-9](?<![0-9A-Za-z_.$£€].)[0-9]?\.[0-9]{3,10})°? ?(?P<ns>[NS])?[ ,;/]{1,3}"
    r"([+-]?[0-9]{1,3}\.[0-9]{3,10})°? ?(?P<ew>[EWO])?(?![0-9A-Za-z_%]|\.[0-9])"
)
_MINUTES = r"(?:[0-9]{1,2}(?:\.[0-9]{1,6})?['′’] ?)?"
_SECONDS = r"(?:[0-9]{1,2}(?:\.[0-9]{1,6})?(?:[\"″”]|''|′′) ?)?"
_ANGLE = re.compile(
    rf"[0-9](?<![0-9.].)[0-9]?(?:\.[0-9]{{1,8}})?° ?{_MINUTES}{_SECONDS}[NS]"
    rf"[ ,;/]{{0,3}}[0-9]{{1,3}}(?:\.[0-9]{{1,8}})?° ?{_MINUTES}{_SECONDS}[EWO]\b"
)
_NAMED = re.compile(
    r"(?i)\blat(?:itude)?['\"]?\s{0,3}[:=]?\s{0,3}([+-]?[0-9]{1,2}\.[0-9]{2,10})[°'\"]?,?;?\s{0,4}"
    r"['\"]?(?:and )?(?:lon|lng|long)(?:gitude)?['\"]?\s{0,3}[:=]?\s{0,3}([+-]?[0-9]{1,3}\.[0-9]{2,10})"
)
_PLACES = re.compile(rb"0\.000")
_WORDS = re.compile(
    r"\b(?:gps|lat|latitude|lon|lng|long|longitude|coordinates?|coords|geo|located|location|position|maps?)\b"
)


class Coordinates:
    """COORDINATES: a latitude and a longitude side by side, to about 100 metres or better; with a word, or 4 places."""

    kinds = ("COORDINATES",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Find pairs on the globe."""
        if not hints.numbers:
            return
        lower, shape = hints.lower, hints.shape
        named = b"0.00" in shape and "lat" in lower and ("lon" in lower or "lng" in lower)
        for match in _NAMED.finditer(text) if named else ():
            if _on_globe(match[1], match[2]):
                yield Finding("COORDINATES", match.start(), match.end(), 0.95)
        for dot in _PLACES.finditer(shape):
            whole = dot.start()
            pair = _DECIMAL.match(text, whole - (shape[whole - 1 : whole] == b"0"))
            if not pair or not _on_globe(pair[1], pair[3]):
                continue
            exact = min(len(pair[1].partition(".")[2]), len(pair[3].partition(".")[2])) >= 4
            near = context.said(_WORDS, text, pair.start(), pair.end())
            sure = 0.9 if near or (pair["ns"] and pair["ew"]) else 0.65 if exact and "," in pair.group() else 0.35
            signed = text[pair.start() - 1 : pair.start()] in ("-", "+")
            yield Finding("COORDINATES", pair.start() - signed, pair.end(), sure)
        if "°" in text:
            for match in _ANGLE.finditer(text):
                if match.group().count("°") == 2 and (
                    "'" in (plain := match.group()) or "′" in plain or "." in plain or "’" in plain
                ):
                    yield Finding("COORDINATES", match.start(), match.end(), 0.9)


def _on_globe(latitude: str, longitude: str) -> bool:
    return abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180
