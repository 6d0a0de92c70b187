"""Which transforms corrected cells speak for, and how strongly."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from datastork.tables.examples.operation import Transform
from datastork.tables.examples.shapes import shape_of, width_of, zeros_of

DOUBT = 0.5  # chance that a transform seen at work once before is wrong, before what it makes is looked at
EACH = 0.35  # what each further example leaves of the doubt
FITTING = 0.3  # what is left of it where the result is written as true values are
STRANGE = 0.03  # doubt that no example takes away about a text written as none of them
ALIEN = 0.25  # the same where the result is not written as true values are either
FORM = 0.25  # the same where it is known to be but another way to write
KEPT, SEVERAL, NEARLY = 3, 5, 0.9  # what that takes: rows left as they are, texts of the column, share of such texts
LOOKED_AT = 200  # texts of one shape that are tried
UNWRITTEN = 0.02  # how likely a text is whose numbers begin with zeros where none that people gave does, or not
STRONG = 3  # support of a transform whose examples are no mystery
REPEATED = 0.5  # what an example counts for that repeats another


@dataclass(frozen=True, slots=True)
class Example:
    """A text that is rightly `new`, as told for `count` rows."""

    old: str
    new: str
    count: int


@dataclass(frozen=True, slots=True)
class Learned:
    """A transform with its evidence.

    `shapes`   the shapes it applies to, None for any
    `seen`     the shapes of its examples
    `support`  how many different examples it explains, repeated ones counting half and two of these at most
    `rows`     how many rows it explains
    `left`     how many rows people left as they are that are written as its examples, where it does not apply
    `apart`    how many corrected examples neither it nor a well supported transform explains
    `rivals`   other transforms that explain the same
    `forms`    shapes that are but another way to write what it makes of them, see `with_forms`
    """

    transform: Transform
    shapes: frozenset[str] | None
    seen: frozenset[str]
    support: float
    rows: int
    left: int = 0
    apart: int = 0
    rivals: tuple[Transform, ...] = ()
    forms: frozenset[str] = frozenset()

    def run(self, text: str) -> str | None:
        """Return the new text; None where the transform does not apply, or changes nothing."""
        if self.shapes is not None and shape_of(text) not in self.shapes:
            return None
        new = self.transform.run(text)
        return new if new != text else None

    def confidence(
        self, text: str, new: str, true_shapes: frozenset[str], zeros: frozenset[str] = frozenset()
    ) -> float:
        """Return how likely the new text is right.

        `true_shapes` are those of true values of the column; `zeros` those of which numbers in them begin with zeros.
        """
        fits = shape_of(new) in true_shapes
        form = fits and (shape_of(text) in self.forms or width_of(text) in self.forms)
        support = self.support - (1 if self.transform.specific and self.support < STRONG and not form else 0)
        doubt = doubt_after(max(support, REPEATED), fits, self.apart) * (FORM if form else 1.0)
        if shape_of(text) not in self.seen:
            doubt += STRANGE if fits else ALIEN
        mine = UNWRITTEN if zeros and zeros_of(new) not in zeros else 1.0
        other = [
            2.0 ** (2 * (self.transform.cost - one.cost))
            / mine
            * (UNWRITTEN if zeros and zeros_of(made) not in zeros else 1)
            for one in self.rivals
            if (made := one.run(text)) not in (None, new)
        ]
        against = self.left if self.transform.may_stay(text) else 0
        return float(max(0.0, 1 - doubt) / (1 + sum(other)) * self.rows / (self.rows + against))


def doubt_after(examples: float, fits: bool, apart: int = 0) -> float:
    """Return the chance that what so many examples speak for is wrong.

    fits: the result looks like true values. apart: how many corrections of the column have nothing to do with it: where
    cells are wrong in many ways, a transform explains some of them by chance.
    """
    by_chance = max(1.0, (1 + apart) / examples**2)
    return min(1.0, float(DOUBT * EACH**examples * (FITTING if fits else 1.0) * by_chance))


def with_forms(way: Learned, examples: Sequence[Example], texts: Mapping[str, Sequence[str]]) -> Learned:
    """Return a transform with the shapes that are but another way to write.

    Nobody left a text so written as it is, several texts of the column are written so, and nearly all of them become
    texts written as those that people left: a form of its own, where a slip in one cell would make one text of a kind.

    texts: those of the column, by shape and by width.
    """
    if way.transform.invents:
        return way
    forms: set[str] = set()
    for form_of in (shape_of, width_of):
        kept: Counter[str] = Counter()
        for one in examples:
            if one.old == one.new:
                kept[form_of(one.old)] += one.count
        if form_of is width_of and max(kept.values(), default=0) < NEARLY * kept.total():
            continue  # numbers of any length
        for form in dict.fromkeys(form_of(one.old) for one in examples if way.run(one.old) == one.new):
            made = [way.run(text) for text in texts.get(form, ())[:LOOKED_AT]]
            fine = sum(new is not None and kept[form_of(new)] >= KEPT for new in made)
            if not kept[form] and fine >= max(SEVERAL, NEARLY * len(made)):
                forms.add(form)
    return replace(way, forms=frozenset(forms))


def explain(examples: Sequence[Example], candidates: Iterable[Transform]) -> list[Learned]:
    """Return transforms that explain the examples, those that explain most first; none contradicts one.

    An example contradicts a transform that makes another text of it, also one that is right as it is. A contradicted
    transform may still hold for texts of other shapes.
    """
    found = [one for transform in candidates if (one := _tried(transform, examples))]
    left = {one.old for one in examples if one.old != one.new}
    chosen: list[Learned] = []
    while left and found:
        gains = [sum(one.count for one in examples if one.old in left and learned.run(one.old)) for learned in found]
        place = max(
            range(len(found)), key=lambda i: (gains[i] - 0.2 * found[i].transform.cost, -i) if gains[i] else (-1e9, -i)
        )
        if not gains[place]:
            break
        best = found[place]
        explained = frozenset(one.old for one in examples if best.run(one.old))
        near = best.transform.cost + 0.6
        rivals = [
            one.transform
            for one in found
            if one is not best
            and one.transform.cost <= near
            and explained <= {e.old for e in examples if one.run(e.old)}
        ]
        chosen.append(replace(best, rivals=tuple(rivals[:5])))
        left -= explained
    strong = {one.old for way in chosen if way.support >= STRONG for one in examples if way.run(one.old)}
    weak = [one.old for one in examples if one.old != one.new and one.old not in strong]
    return [replace(way, apart=sum(way.run(old) is None for old in weak)) for way in chosen]


def _tried(transform: Transform, examples: Sequence[Example]) -> Learned | None:
    """Return a transform with its evidence, None where nothing speaks for it."""
    right: list[Example] = []
    wrong: set[str] = set()
    for one in examples:
        new = transform.run(one.old)
        if new is None or new == one.old:
            continue
        if new == one.new:
            right.append(one)
        else:
            wrong.add(shape_of(one.old))
    if wrong:
        right = [one for one in right if shape_of(one.old) not in wrong]
    if not right:
        return None
    seen = frozenset(shape_of(one.old) for one in right)
    rows = sum(one.count for one in right)
    support = len(right) + REPEATED * min(2, rows - len(right))
    stayed = [one for one in examples if one.old == one.new]
    left = sum(one.count for one in stayed if transform.run(one.old) is None and shape_of(one.old) in seen)
    return Learned(transform, seen if wrong else None, seen, support, rows, left)
