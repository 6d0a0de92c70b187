"""A crowd: who gave which item which class. A consensus: what that makes of each item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from datastork.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The votes on one question, a line per vote.

    `items`        int64[n]: item of the vote, from 0 to `n_items` - 1
    `annotators`   int64[n]: who gave it, from 0 to `n_annotators` - 1
    `values`       int64[n]: index of the class, from 0 to `n_classes` - 1
    `weights`      float64[n]: how much the vote counts (its confidence), at least 0; 1 where nothing is known

    Lines may repeat: two lines of one annotator on one item count as two votes. Whether they should is the caller's
    business. Items without a vote and annotators without one are all right.
    """

    items: "np.ndarray"
    annotators: "np.ndarray"
    values: "np.ndarray"
    weights: "np.ndarray"
    n_items: int
    n_annotators: int
    n_classes: int

    def __post_init__(self) -> None:
        import numpy as np

        if self.n_classes < 1:
            raise DataError(f"a crowd needs at least one class, not {self.n_classes}")
        sizes = {"items": self.n_items, "annotators": self.n_annotators, "values": self.n_classes}
        for name, size in sizes.items():
            given = np.asarray(getattr(self, name))
            if given.ndim != 1 or (given.size and not np.issubdtype(given.dtype, np.integer)):
                raise DataError(f"{name} must be a list of whole numbers, not {given.dtype}{list(given.shape)}")
            if given.size and (given.min() < 0 or given.max() >= size):
                raise DataError(f"{name} must lie from 0 to {size - 1}; they go from {given.min()} to {given.max()}")
            object.__setattr__(self, name, given.astype(np.int64, copy=False))
        weights = np.asarray(self.weights, dtype=np.float64)
        if not len(self.items) == len(self.annotators) == len(self.values) == len(weights):
            raise DataError(
                f"items, annotators, values and weights must be of one length, not {len(self.items)}, "
                f"{len(self.annotators)}, {len(self.values)} and {len(weights)}"
            )
        if weights.size and not (np.isfinite(weights).all() and weights.min() >= 0):
            raise DataError("a weight must be a number that is not below 0")
        object.__setattr__(self, "weights", weights)

    @classmethod
    def of(
        cls,
        items: "ArrayLike",
        annotators: "ArrayLike",
        values: "ArrayLike",
        weights: "ArrayLike | None" = None,
        *,
        n_items: int | None = None,
        n_annotators: int | None = None,
        n_classes: int | None = None,
    ) -> "Crowd":
        """Return the crowd of these votes; a size that is not given is the largest index plus one.

            >>> Crowd.of([0, 0, 1], [0, 1, 0], [1, 1, 0]).n_classes
            2

        Raises DataError where lengths differ, an index is outside its size, or a weight is below 0.
        """
        import numpy as np

        lists = [np.asarray(given) for given in (items, annotators, values)]
        lists = [given.astype(np.int64) if not given.size else given for given in lists]
        least = (0, 0, 1)
        sizes = [
            size if size is not None else max(low, int(given.max()) + 1 if given.size else 0)
            for size, low, given in zip((n_items, n_annotators, n_classes), least, lists, strict=True)
        ]
        counts = np.ones(len(lists[0])) if weights is None else np.asarray(weights, dtype=np.float64)
        return cls(lists[0], lists[1], lists[2], counts, *sizes)

    def __len__(self) -> int:
        return len(self.items)

    def where(self, keep: "np.ndarray") -> "Crowd":
        """Return the crowd of the votes that `keep` (bool[n]) names, of the same sizes."""
        return Crowd(
            self.items[keep],
            self.annotators[keep],
            self.values[keep],
            self.weights[keep],
            self.n_items,
            self.n_annotators,
            self.n_classes,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """What a method makes of a crowd.

    `posterior`       float64[n_items, n_classes]: probability of each class; rows sum to 1. An item without votes has
                      the class shares. It takes 8 bytes x items x classes: 8 GB for a million items of 1,000 classes
    `labels`          int64[n_items]: the likeliest class; -1 without votes, and, for `majority`, in an exact tie
    `skill`           float64[n_annotators]: estimated probability that the annotator is right; of one without votes,
                      what the crowd has on average
    `confusion`       float64[n_annotators, n_classes, n_classes] or None: probability of each answer (last axis) by
                      true class; None where the method has none, and above 20 million cells
    `difficulty`      float64[n_items] or None: 1 is usual, more is harder (`glad` only)
    `prior`           float64[n_classes]: the class shares that were used or found
    `log_likelihood`  of the votes under the model, in nats; None where the method has no model
    `covered`         bool[n_items]: whether the item has a vote of weight above 0
    `iterations`, `converged`  how often it went round, and whether it came to rest
    `method`          its name
    `notes`           sentences about what happened and why
    `beside`          results of other methods to look at beside this one: `auto` always gives "majority"
    `shares`          of `auto`: how much each candidate counts in the mean
    """

    posterior: "np.ndarray"
    labels: "np.ndarray"
    skill: "np.ndarray"
    prior: "np.ndarray"
    covered: "np.ndarray"
    method: str
    confusion: "np.ndarray | None" = None
    difficulty: "np.ndarray | None" = None
    log_likelihood: float | None = None
    iterations: int = 1
    converged: bool = True
    notes: tuple[str, ...] = ()
    beside: "Mapping[str, Consensus]" = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
