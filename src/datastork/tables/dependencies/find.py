"""Functional dependencies of a table: which columns tell another, how surely, and which rows speak against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from datastork.tables.dependencies.dependency import AGREE, CounterExample, Dependency
from datastork.tables.dependencies.pairs import Pairs, Tells, dense, joint_codes, leave_one_out, pair_counts
from datastork.tables.dependencies.said import MOST_COLUMNS, said_codes
from datastork.tables.grid import Grid
from datastork.tables.kinds import Kind, kinds_of

if TYPE_CHECKING:
    import numpy as np

MOST_JOINT = 150  # pairs of columns tried as a given side, the likeliest
MOST_TRIED = 1_500  # columns that these are held against, all together
FEW_ROWS = 1_500  # that rule out pairs of columns before they are tried
MOST_FOUND = 100  # dependencies that are verified on all rows
ROWS = 5_000  # of the sample in which the search takes place
UNIQUE = 0.98  # distinct over given values, from which a column can be told by nothing and tells nothing
FEW = 10  # values (as many as are equally varied) below which a column is guessed well, so that more must agree
AGREE_FEW = 0.95
AGREE_JOINT = 0.98  # with few values and two columns given
AGREE_MEASURED = 0.99  # where numbers with fractions are given: that they go together is an association
MIXED = 0.7  # share of a group below which its usual value is none
MOST_MIXED = 0.1  # share of covered rows in mixed groups: above it the columns go together, but neither tells
GAIN = 0.5  # from which many different values are told, although sources contradict each other
SURE = 0.95  # gain among covered rows that makes up for a small coverage
COVERED = 0.1
LEAST_ROWS = 20  # that must support a dependency
MANY = 20  # distinct values of a column that are not guessed by chance
BETTER = 0.15  # gain that two columns must have over the better of them
EXAMPLES = 5


def find_dependencies(grid: Grid, *, kinds: Mapping[str, Kind] | None = None, seed: int = 0) -> list[Dependency]:
    """Return the functional dependencies of a table, single ones before those of two columns, the best first.

    They are ranked by the gain with each row left out over the commonest value, times coverage: errors of pairs of
    rows (g1, g3) favour columns that nearly always have one value. Groups that are mixed throughout are an
    association, not a dependency, unless the given side names things and the column has many values (sources that
    contradict each other). Two columns
    are given only where neither alone tells the column. The search takes place in groups of rows drawn by `seed`; all
    figures are of all rows. The first 80 columns are searched.

    Example:
        >>> grid = Grid.of({"town": ["Ulm", "Ulm", "Ulm", "Bonn", "Bonn"] * 4, "area": ["1", "1", "1", "2", "2"] * 4})
        >>> [str(one) for one in find_dependencies(grid)]
        ['area -> town', 'town -> area']
    """
    kinds = kinds_of(grid) if kinds is None else kinds
    search = _Search.of(grid, kinds, seed)
    single = search.singles()
    found = [search.verified((given,), column) for given, column, _ in single[:MOST_FOUND]]
    joint = search.doubles({(given, column): gain for given, column, gain in search.gains})
    found += [search.verified(given, column) for given, column in joint[:MOST_FOUND]]
    real = [one for one in found if one is not None]
    return sorted(real, key=lambda one: (len(one.given), -one.gain, one.given, one.column))


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """The columns that are searched: names, codes (int32[n] each), how many values, how many rows have one."""

    grid: Grid
    names: list[str]
    codes: "list[np.ndarray]"
    order: "np.ndarray"
    gains: list[tuple[str, str, float]]
    samples: "dict[int, np.ndarray]"
    measured: frozenset[str]
    things: frozenset[str]

    @classmethod
    def of(cls, grid: Grid, kinds: Mapping[str, Kind], seed: int) -> "_Search":
        import numpy as np

        names: list[str] = []
        codes: list[np.ndarray] = []
        for column in grid.columns:
            mine = said_codes(column, kinds[column.name])
            given = int((mine >= 0).sum())
            distinct = len(column.values) - len(kinds[column.name].missing_tokens)
            if 2 <= distinct < UNIQUE * given and given >= 0.05 * grid.rows and len(names) < MOST_COLUMNS:
                names.append(column.name)
                codes.append(mine)
        things = frozenset(name for name in names if kinds[name].name in ("category", "code", "identifier", "text"))
        measured = frozenset(name for name in names if kinds[name].name == "number" and kinds[name].unit is None)
        return cls(grid, names, codes, np.random.default_rng(seed).permutation(grid.rows), [], {}, measured, things)

    def least(self, given: tuple[str, ...]) -> float:
        """Return the agreement asked of what these columns tell."""
        return AGREE if self.measured.isdisjoint(given) else AGREE_MEASURED

    def sample(self, at: int) -> "np.ndarray":
        """Return places of about ROWS rows that hold whole groups of a column, or, of large groups, a part of each."""
        if at not in self.samples:
            self.samples[at] = self._drawn(self.codes[at])
        return self.samples[at]

    def _drawn(self, codes: "np.ndarray") -> "np.ndarray":
        import numpy as np

        if len(codes) <= 2 * ROWS:
            return np.flatnonzero(codes >= 0)
        sizes = np.bincount(codes[codes >= 0])
        drawn = np.random.default_rng(len(sizes)).permutation(len(sizes))
        enough = int(np.searchsorted(sizes[drawn].cumsum(), ROWS)) + 1
        chosen = np.zeros(len(sizes) + 1, bool)
        chosen[drawn[:enough]] = True
        if enough <= 50:  # groups are large: a part of each of all
            part = self.order[: 2 * ROWS]
            return np.sort(part[codes[part] >= 0])
        return np.flatnonzero(chosen[np.where(codes >= 0, codes, len(sizes))])[: 3 * ROWS]

    def singles(self) -> list[tuple[str, str, float]]:
        """Return (given, column, gain) of what may be a dependency, the best first; note all gains."""
        found = []
        for i, given in enumerate(self.names):
            rows = self.sample(i)
            mine = self.codes[i][rows]
            for j, column in enumerate(self.names):
                if i != j:
                    pairs = pair_counts(_packed(mine), _packed(self.codes[j][rows]))
                    told = leave_one_out(pairs)
                    self.gains.append((given, column, told.gain))
                    if _holds(pairs, told, self.least((given,)) - 0.05, thing=given in self.things):
                        found.append((given, column, told.gain))
        return sorted(found, key=lambda one: (-one[2], one[0], one[1]))

    def doubles(self, single: dict[tuple[str, str], float]) -> list[tuple[tuple[str, str], str]]:
        """Return (given, column) of pairs of columns that tell what neither tells alone, the best first."""
        best = {name: max((single[one, name] for one in self.names if one != name), default=0.0) for name in self.names}
        open_ones = [name for name in self.names if best[name] < 1 - BETTER]
        if len(self.names) < 3 or not open_ones:
            return []
        place = {name: at for at, name in enumerate(self.names)}
        lone = self._representatives(single)
        score = {
            (a, b): max((max(single[a, c], single[b, c]) for c in open_ones if c not in (a, b)), default=0.0)
            for a, b in combinations(lone, 2)
        }
        found = []
        most = min(MOST_JOINT, MOST_TRIED // len(open_ones) + 1)
        for a, b in sorted(score, key=lambda one: (-score[one], one))[:most]:
            i, j = place[a], place[b]
            more = i if int(self.codes[i].max()) >= int(self.codes[j].max()) else j
            rows = self.sample(more)
            joint = joint_codes([self.codes[i][rows], self.codes[j][rows]])
            if int(joint.max(initial=-1)) + 1 > 0.7 * len(rows):
                continue
            likely = self._likely(i, j, rows[:: max(1, len(rows) // FEW_ROWS)], open_ones)
            for name in likely:
                pairs = pair_counts(joint, _packed(self.codes[place[name]][rows]))
                told = leave_one_out(pairs)
                enough = told.gain >= max(single[a, name], single[b, name]) + BETTER
                if enough and _holds(pairs, told, self.least((a, b)) - 0.05, joint=True):
                    found.append(((a, b), name, told.gain))
        return [(given, name) for given, name, _ in sorted(found, key=lambda one: (-one[2], one[0], one[1]))]

    def _likely(self, i: int, j: int, rows: "np.ndarray", names: list[str]) -> list[str]:
        """Return the columns that two others may tell: in some rows their groups agree well enough."""
        import numpy as np

        joint = joint_codes([self.codes[i][rows], self.codes[j][rows]])
        found = []
        for name in names:
            at = self.names.index(name)
            pairs = pair_counts(joint, _packed(self.codes[at][rows])) if at not in (i, j) else None
            if pairs is not None and len(pairs.count):
                filled = pairs.start[:-1][np.diff(pairs.start) > 0]
                agree = np.maximum.reduceat(pairs.count, filled).sum() >= (AGREE - 0.1) * pairs.count.sum()
                dense = 4 * len(filled) <= len(rows)  # enough rows in each group to tell the gain
                if agree and (not dense or leave_one_out(pairs).gain >= BETTER):
                    found.append(name)
        return found

    def _representatives(self, single: dict[tuple[str, str], float]) -> list[str]:
        """Return the columns without those that say the same as one before them."""
        kept: list[str] = []
        for name in self.names:
            if all(min(single[name, other], single[other, name]) < 0.9 for other in kept):
                kept.append(name)
        return kept

    def verified(self, given: tuple[str, ...], column: str) -> Dependency | None:
        """Return the dependency with its figures on all rows; None where it does not hold there."""
        import numpy as np

        left = [self.codes[self.names.index(name)] for name in given]
        right = self.codes[self.names.index(column)]
        joint = left[0] if len(left) == 1 else joint_codes(left)
        pairs = pair_counts(joint, right)
        told, joined = leave_one_out(pairs), len(given) > 1
        if not _holds(pairs, told, self.least(given), joint=joined, thing=given[0] in self.things and not joined):
            return None
        first = pairs.ranked[0]
        usual = pairs.count[first[pairs.given]]
        against = (pairs.count > 0) & (first[pairs.given] != np.arange(len(pairs.count)))
        violations = int(pairs.count[against].sum())
        examples = self._examples(pairs, np.flatnonzero(against), usual, given, column)
        agreement = round(1 - violations / told.covered, 6)
        return Dependency(given, column, round(told.gain, 6), agreement, told.covered, violations, examples)

    def _examples(
        self, pairs: Pairs, places: "np.ndarray", usual: "np.ndarray", given: tuple[str, ...], column: str
    ) -> tuple[CounterExample, ...]:
        import numpy as np

        sure = usual[places] / np.maximum(pairs.size[pairs.given[places]], 1)
        chosen = places[np.lexsort((places, -usual[places], -np.round(sure, 2)))][:EXAMPLES]
        found = []
        for at in chosen.tolist():
            row = int(np.argmax(pairs.pair == at))
            normal = int(pairs.ranked[0][pairs.given[at]])
            there = int(np.argmax(pairs.pair == normal))
            found.append(
                CounterExample(
                    tuple(self.grid[name].text(row) or "" for name in given),
                    self.grid[column].text(there) or "",
                    int(pairs.count[normal]),
                    self.grid[column].text(row) or "",
                    int(pairs.count[at]),
                    row,
                )
            )
        return tuple(found)


def _packed(codes: "np.ndarray") -> "np.ndarray":
    """Return codes of some rows without gaps where there are many more codes than rows."""
    if int(codes.max(initial=-1)) < 4 * len(codes):
        return codes
    return dense(codes)


def _holds(pairs: Pairs, told: Tells, least: float, *, joint: bool = False, thing: bool = False) -> bool:
    """Whether the given side tells the target: see the constants above. `least` is the agreement asked for.

    `thing`: the given side names things, of which several sources may speak and contradict each other.
    """
    import numpy as np

    if told.coverage < COVERED or told.covered < LEAST_ROWS:
        return False
    inside = told.gain / told.coverage
    if told.gain < GAIN and inside < SURE:
        return False
    full = pairs.size > 1
    most, size = pairs.count[pairs.ranked[0][full]], pairs.size[full]
    agree = float(most.sum() / size.sum())
    share = np.bincount(pairs.target, pairs.count) / pairs.count.sum()
    if 1 / np.square(share).sum() < FEW:
        least = max(least, least - AGREE + (AGREE_JOINT if joint else AGREE_FEW))
    if agree >= least:
        return bool(size[most < MIXED * size].sum() <= MOST_MIXED * size.sum())
    return thing and told.gain >= GAIN and int((share > 0).sum()) >= MANY and _even(most, size)


def _even(most: "np.ndarray", size: "np.ndarray") -> bool:
    """Whether exceptions are spread over the groups, as where sources contradict each other.

    Where some groups have none and others nothing else, the columns go together, but neither tells the other.
    """
    large = size >= 4
    agree = most[large].sum() / max(int(size[large].sum()), 1)
    expected = float((size[large] * agree ** size[large]).sum())
    return bool(size[large & (most == size)].sum() <= 1.5 * expected + 0.1 * size[large].sum())
