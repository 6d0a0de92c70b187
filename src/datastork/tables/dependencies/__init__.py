"""Which columns of a table determine which: pairs, functional dependencies, keys, derived columns, associations."""

from datastork.tables.dependencies.associated import Association, associations
from datastork.tables.dependencies.dependency import CounterExample, Dependency, equivalent_columns
from datastork.tables.dependencies.derivation import Derivation
from datastork.tables.dependencies.derived import find_derived
from datastork.tables.dependencies.find import find_dependencies
from datastork.tables.dependencies.keys import Key, find_keys

__all__ = [
    "Association",
    "CounterExample",
    "Dependency",
    "Derivation",
    "Key",
    "associations",
    "equivalent_columns",
    "find_dependencies",
    "find_derived",
    "find_keys",
]
