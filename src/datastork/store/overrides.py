"""What the user undid: drops that are not to be made again. Kept apart from the recipe, applied by every build."""

from dataclasses import dataclass, field

from datastork.core.errors import StoreError
from datastork.store.home import Home, read_json, write_json


@dataclass(frozen=True, slots=True)
class Overrides:
    """Steps whose drops do not count, and samples that a step may not drop (id -> names of steps)."""

    steps: frozenset[str] = frozenset()
    samples: dict[str, frozenset[str]] = field(default_factory=dict)

    def spares(self, sample: str, step: str) -> bool:
        """Say whether this sample may not be dropped by this step."""
        return step in self.steps or step in self.samples.get(sample, frozenset())

    def with_step(self, step: str) -> "Overrides":
        """Return these overrides, with every drop of a step undone too."""
        return Overrides(self.steps | {step}, self.samples)

    def with_sample(self, sample: str, step: str) -> "Overrides":
        """Return these overrides, with the drop of one sample by one step undone too."""
        spared = self.samples.get(sample, frozenset()) | {step}
        return Overrides(self.steps, {**self.samples, sample: spared})

    def as_json(self) -> dict[str, object]:
        """Return the overrides as sorted lists, equal for equal overrides."""
        return {
            "steps": sorted(self.steps),
            "samples": {sample: sorted(steps) for sample, steps in sorted(self.samples.items())},
        }


def load(home: Home) -> Overrides:
    """Return the overrides of a dataset."""
    saved = read_json(home.store / "overrides.json", {"steps": [], "samples": {}})
    try:
        samples = {sample: frozenset(steps) for sample, steps in saved["samples"].items()}
        return Overrides(frozenset(saved["steps"]), samples)
    except (KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{home.store / 'overrides.json'} is damaged", hint="delete it to forget undone drops"
        ) from error


def save(home: Home, overrides: Overrides) -> None:
    """Write the overrides of a dataset."""
    write_json(home.store / "overrides.json", overrides.as_json())
