"""What can be said of a step without running it: its name, signature, documentation and module."""

import doctest
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

from datastork import catalog
from datastork.catalog import StepSpec
from datastork.recipe.bind import bind, check_value, type_words
from datastork.recipe.read import COMMON

HEAVY = (
    *("numpy", "daft", "lance", "pyarrow", "cv2", "PIL", "torch", "ray", "sklearn", "scipy", "pandas", "polars"),
    *("jinja2", "rich", "license_expression", "ftfy", "charset_normalizer", "py3langid", "pysbd", "urllib3"),
    *("protego", "warcio", "selectolax", "trafilatura", "spacy", "lxml", "soundfile", "av"),
)
CHECKING = "DATASTORK_CHECKING_IMPORTS"  # set in the process in which a module is imported by itself


def name_problems(spec: StepSpec) -> Iterator[str]:
    """The path is the name."""
    stage, *_, last = spec.name.split(".")
    if stage not in catalog.STAGES:
        yield f"the name {spec.name!r} must begin with a stage: {', '.join(catalog.STAGES)}"
    if spec.function.__name__ != last:
        yield f"the function is called {spec.function.__name__!r}; call it {last!r}, the last part of the step's name"
    if (
        spec.plugin is None
        and spec.function.__module__.startswith("datastork.")
        and (spec.function.__module__ != f"datastork.{spec.name}")
    ):
        yield f"it is defined in {spec.function.__module__}; its name says datastork.{spec.name}"


def setting_problems(spec: StepSpec, given: dict[str, Any]) -> Iterator[str]:
    """No setting has a name that means something on every step; each is explained, its default fits its type, and
    there is a value for each without default.
    """
    for setting in spec.settings:
        if setting.name in COMMON:
            yield f"setting {setting.name!r} can never be given: on every step it means something; call it otherwise"
        if not setting.help:
            yield f"setting {setting.name!r} is not explained: write a line '{setting.name}: what it means (units)'"
        if not setting.required and (problem := check_value(_plain(setting.default), setting.hint)):
            yield f"the default of {setting.name!r} does not fit its own type: {problem}"
        if setting.required and setting.name not in given:
            kind = type_words(setting.hint)
            yield f"no trial value for {setting.name!r} ({kind}): check_step(…, settings={{{setting.name!r}: …}})"
    for name, problem in bind(spec, given)[1]:
        if name in given:
            yield f"setting {name!r}: {problem}"


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def document_problems(spec: StepSpec) -> Iterator[str]:
    """There is a summary, and the examples of the docstring come out as they say."""
    if not spec.summary:
        yield "it has no docstring: begin it with one line that says what the step does"
    elif not spec.summary.endswith("."):
        yield f"the first line of the docstring must be one sentence with a full stop, got {spec.summary!r}"
    module = sys.modules[spec.function.__module__]
    runner = doctest.DocTestRunner(verbose=False)
    told = io.StringIO()
    for test in doctest.DocTestFinder(recurse=False).find(spec.function, spec.name, globs=dict(vars(module))):
        with redirect_stdout(io.StringIO()):
            runner.run(test, out=told.write)
    if runner.failures:
        yield f"an example of the docstring is wrong:\n{told.getvalue()}"


def module_problems(spec: StepSpec) -> Iterator[str]:
    """The function can be found by its name from another process, and its module is light."""
    if CHECKING in os.environ:
        return  # a module that checks its own steps when it is imported would go round for ever
    where = spec.function.__module__
    try:
        found = pickle.loads(pickle.dumps(spec.function))
    except (pickle.PicklingError, AttributeError, ImportError):
        found = None
    if found is not spec.function:
        yield f"it cannot be sent to a worker: define it at the top level of {where}, not inside a function"
        return
    code = f"import sys, {where}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    path = os.pathsep.join(part for part in sys.path if part)
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    if ran.returncode:
        yield f"{where} cannot be imported by itself: {ran.stderr.strip().splitlines()[-1]}"
    elif ran.stdout.strip():
        yield f"importing {where} loads {ran.stdout.strip()}: import inside the function that needs it"
