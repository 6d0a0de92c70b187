"""Units by dimension: what a word means, and how one is turned into another.

Factors are exact by definition (SI brochure, 9th edition; NIST Special Publication 811, appendix B: the international
yard and pound of 1959, the US gallon) or rounded as published there.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One unit: a number in it is `number * factor + offset` in the base unit of its dimension."""

    name: str
    dimension: str
    factor: float
    offset: float = 0.0

    def to(self, number: float, other: "Measure") -> float:
        """Return a number of this unit in another of the same dimension."""
        return (number * self.factor + self.offset - other.offset) / other.factor


_SCALES = (("", 1.0, ""), ("k", 1e3, "thousand thousands"), ("M", 1e6, "mio mln million millions"))
# dimension -> (factor, offset, names: the first is what it is called); words of one character keep their case
_WORDS: dict[str, list[tuple[float, float, str]]] = {
    "time": [
        (0.001, 0, "milliseconds millisecond ms msec"),
        (1, 0, "seconds second secs sec s"),
        (60, 0, "minutes minute mins min m ′ '"),
        (3600, 0, "hours hour hrs hr h"),
        (86400, 0, "days day d"),
        (604800, 0, "weeks week wks wk w"),
    ],
    "mass": [
        (0.001, 0, "mg milligram milligrams"),
        (1, 0, "g gram grams gr gm"),
        (1000, 0, "kg kilogram kilograms kilo kilos kgs"),
        (1e6, 0, "t tonne tonnes"),
        (28.349523125, 0, "oz ounce ounces"),
        (453.59237, 0, "lb lbs pound pounds #"),
        (6350.29318, 0, "st stone stones"),
    ],
    "length": [
        (0.001, 0, "mm millimetre millimetres millimeter millimeters"),
        (0.01, 0, "cm centimetre centimetres centimeter centimeters"),
        (1, 0, "m metre metres meter meters"),
        (1000, 0, "km kilometre kilometres kilometer kilometers kms"),
        (0.0254, 0, 'in inch inches ″ "'),
        (0.3048, 0, "ft foot feet ′ '"),
        (0.9144, 0, "yd yard yards"),
        (1609.344, 0, "mi mile miles"),
    ],
    "volume": [
        (0.001, 0, "ml millilitre millilitres milliliter milliliters"),
        (0.01, 0, "cl centilitre centilitres centiliter centiliters"),
        (1, 0, "l litre litres liter liters"),
        (0.0295735295625, 0, "floz fl.oz. fluidounces"),
        (3.785411784, 0, "gal gallon gallons"),
    ],
    "temperature": [
        (1, 0, "K kelvin"),
        (1, 273.15, "°C celsius degc centigrade C"),
        (5 / 9, 459.67 * 5 / 9, "°F fahrenheit degf F"),
    ],
    "area": [
        (1, 0, "m² m2 sqm"),
        (0.09290304, 0, "ft² ft2 sqft"),
        (4046.8564224, 0, "acres acre ac"),
        (10000, 0, "ha hectare hectares"),
        (1e6, 0, "km² km2 sqkm"),
    ],
    "share": [(1, 0, "fraction"), (0.01, 0, "% percent pct"), (0.001, 0, "‰ permille")],
    "dollars": [(1, 0, "dollars dollar usd $ us$ bucks")],
    "euros": [(1, 0, "euros euro eur €")],
    "pounds sterling": [(1, 0, "gbp £ sterling quid")],
    "yen": [(1, 0, "yen jpy ¥")],
    "number": [(1, 0, "units unit")],
}
_MONEY = ("dollars", "euros", "pounds sterling", "yen", "number")


def _built() -> dict[str, dict[str, Measure]]:
    found: dict[str, dict[str, Measure]] = {}
    for dimension, several in _WORDS.items():
        words = found.setdefault(dimension, {})
        for factor, offset, text in several:
            names = text.split()
            for word in names:
                words[_key(word)] = Measure(names[0], dimension, factor, offset)
        if dimension in _MONEY:
            plain = several[0][2].split()[0]
            for letter, factor, text in _SCALES[1:]:
                for word in (letter, letter.lower(), *text.split()):
                    words[_key(word)] = Measure(f"{text.split()[-1]} of {plain}", dimension, factor)
    return found


def _key(word: str) -> str:
    word = word.strip().removesuffix(".").replace(" ", "")
    return word if len(word) == 1 else word.lower()


MEASURES = _built()


def measure(word: str, dimension: str | None = None) -> Measure | None:
    """Return the unit of this name, in a dimension or in the first that knows it; None where none does.

    >>> measure("hrs").name
    'hours'
    """
    key = _key(word)
    for name, words in MEASURES.items():
        if dimension in (None, name):
            for one in (key, key.lower()):
                if one in words:
                    return words[one]
    return None


def all_words() -> list[str]:
    """Return every word for a unit."""
    return sorted({word for words in MEASURES.values() for word in words})
