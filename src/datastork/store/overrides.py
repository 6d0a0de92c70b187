"""What the user undid: drops and changes of cells that are not to be made again. Applied by every build."""

from dataclasses import dataclass, field, replace
from itertools import product

from datastork.core.errors import StoreError
from datastork.store.home import Home, read_json, write_json

ANY = "*"  # every step, every column, every sample


@dataclass(frozen=True, slots=True)
class Overrides:
    """Steps whose drops do not count, samples that a step may not drop (id -> names of steps), and cells of rows that
    stay as they were: (step, column, sample), each of which may be ANY.
    """

    steps: frozenset[str] = frozenset()
    samples: dict[str, frozenset[str]] = field(default_factory=dict)
    cells: frozenset[tuple[str, str, str]] = frozenset()

    def spares(self, sample: str, step: str) -> bool:
        """Say whether this sample may not be dropped by this step."""
        return step in self.steps or step in self.samples.get(sample, frozenset())

    def spares_cell(self, sample: str, step: str, column: str) -> bool:
        """Say whether this step may not change this cell."""
        return any(one in self.cells for one in product((step, ANY), (column, ANY), (sample, ANY)))

    def with_cells(self, step: str = ANY, column: str = ANY, sample: str = ANY) -> "Overrides":
        """Return these overrides, with changes of cells undone too."""
        return replace(self, cells=self.cells | {(step, column, sample)})

    def with_step(self, step: str) -> "Overrides":
        """Return these overrides, with every drop of a step undone too."""
        return replace(self, steps=self.steps | {step})

    def with_sample(self, sample: str, step: str) -> "Overrides":
        """Return these overrides, with the drop of one sample by one step undone too."""
        spared = self.samples.get(sample, frozenset()) | {step}
        return replace(self, samples={**self.samples, sample: spared})

    def as_json(self) -> dict[str, object]:
        """Return the overrides as sorted lists, equal for equal overrides."""
        cells = {"cells": sorted(map(list, self.cells))} if self.cells else {}
        return {
            "steps": sorted(self.steps),
            "samples": {sample: sorted(steps) for sample, steps in sorted(self.samples.items())},
            **cells,
        }


def load(home: Home) -> Overrides:
    """Return the overrides of a dataset."""
    saved = read_json(home.store / "overrides.json", {"steps": [], "samples": {}})
    try:
        samples = {sample: frozenset(steps) for sample, steps in saved["samples"].items()}
        cells = frozenset((step, column, sample) for step, column, sample in saved.get("cells", ()))
        return Overrides(frozenset(saved["steps"]), samples, cells)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(
            f"{home.store / 'overrides.json'} is damaged", hint="delete it to forget undone drops"
        ) from error


def save(home: Home, overrides: Overrides) -> None:
    """Write the overrides of a dataset."""
    write_json(home.store / "overrides.json", overrides.as_json())
