"""Every error datastork raises on purpose.

    DatastorkError              exit code 1
    ├── RecipeError             2  the recipe is wrong; carries every problem found
    ├── DataError               -  one sample is bad; the engine quarantines it
    │   └── TooLargeError       -  a file, archive or image beyond its limit
    ├── MissingExtraError       2  an optional package is not installed
    ├── SourceError             4  where the raw data lies cannot be read (unplugged, missing, not allowed)
    ├── StoreError              5  the dataset on disk cannot be read or written
    │   └── LockedError         6  another build is running on this dataset
    ├── BuildError              3  the build cannot stand: nothing kept, too much quarantined, a step failed
    └── NotFoundError           2  no such sample, version, step or dataset

All of them survive pickling, so that an error in a worker is the same error at home.
"""

from typing import Any


class DatastorkError(Exception):
    """The root of the tree. `hint` says what to do next; `exit_code` is what `stork` leaves with."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.__dict__.copy())

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


def _rebuild(kind: type[DatastorkError], state: dict[str, Any]) -> DatastorkError:
    error = kind.__new__(kind)
    Exception.__init__(error, state["message"])
    error.__dict__.update(state)
    return error


class RecipeError(DatastorkError):
    """The recipe is wrong. `problems` holds one line for each thing that is."""

    exit_code = 2

    def __init__(self, problems: list[str], *, hint: str = "") -> None:
        count = len(problems)
        head = f"the recipe has {count} problem{'s' if count != 1 else ''}:"
        super().__init__("\n  ".join([head, *problems]), hint=hint)
        self.problems = problems


class DataError(DatastorkError):
    """One sample is bad. Raise it in a step to send the sample to quarantine with this message."""


class TooLargeError(DataError):
    """A file, archive member or image is beyond its limit."""


class MissingExtraError(DatastorkError):
    """An optional package is missing. Says who needs it, and the exact command that installs it."""

    exit_code = 2

    def __init__(self, needed_by: str, package: str, extra: str) -> None:
        super().__init__(f"{needed_by} needs {package}: pip install 'datastork[{extra}]'")
        self.package = package
        self.extra = extra


class SourceError(DatastorkError):
    """Where the raw data lies cannot be read."""

    exit_code = 4


class StoreError(DatastorkError):
    """The dataset on disk cannot be read or written."""

    exit_code = 5


class LockedError(StoreError):
    """Another build is running on this dataset."""

    exit_code = 6


class BuildError(DatastorkError):
    """The build cannot stand: nothing kept, too much quarantined, or a step failed."""

    exit_code = 3


class NotFoundError(DatastorkError):
    """No such sample, version, step or dataset."""

    exit_code = 2
