"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

from datastork.consensus import agreement, structured

MODULES = sorted(
    found.name
    for package in (agreement, structured)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_there_are_examples():
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) > 15
