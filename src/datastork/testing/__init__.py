"""The conformance suite: what every step promises, checked on the function itself. For authors of plugins, and for us.

    from datastork.testing import check_step

    def test_sepia() -> None:
        check_step("clean.image.sepia")

Checked are the name, the signature, the documentation with its examples, and the imports; then, on small samples, that
the step gives the same twice, leaves its input alone and returns what it declares. Collecting and publishing steps
are not run, for they need files: test these by building a dataset.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from datastork import catalog
from datastork.core.errors import DatastorkError
from datastork.recipe.bind import bind
from datastork.testing.runs import sample_problems, table_problems
from datastork.testing.signature import HEAVY, document_problems, module_problems, name_problems, setting_problems
from datastork.testing.trials import trial_settings, trial_values

__all__ = ["HEAVY", "check_step", "problems_of", "trial_values"]


def check_step(
    step: str | Callable[..., Any],
    *,
    name: str | None = None,
    settings: dict[str, Any] | None = None,
    values: Sequence[Any] | None = None,
) -> None:
    """Raise AssertionError with everything that is wrong with a step, and what to do about it.

    step: the name of an installed step, or its function (then say its `name`)
    settings: for the trial runs, where the step has settings without a default
    values: decoded samples to try it on, in place of `trial_values`
    """
    problems = list(problems_of(step, name=name, settings=settings, values=values))
    if problems:
        raise AssertionError("\n  ".join([f"step {step if isinstance(step, str) else name or step}:", *problems]))


def problems_of(
    step: str | Callable[..., Any],
    *,
    name: str | None = None,
    settings: dict[str, Any] | None = None,
    values: Sequence[Any] | None = None,
) -> Iterator[str]:
    """Yield what `check_step` complains about, one sentence each."""
    try:
        if isinstance(step, str):
            spec = catalog.find(step)
        elif name is None:
            raise DatastorkError('say what the step is called: check_step(function, name="clean.image.sepia")')
        else:
            spec = catalog.describe(name, step)
    except DatastorkError as error:
        yield str(error)
        return
    yield from name_problems(spec)
    given = {**trial_settings(spec), **(settings or {})}
    yield from setting_problems(spec, given)
    yield from document_problems(spec)
    yield from module_problems(spec)
    bound, wrong = bind(spec, given)
    if not wrong and spec.kind not in ("collect", "publish"):
        if any(setting.name == "seed" for setting in spec.settings):
            bound = {"seed": 7, **bound}
        run = table_problems if spec.kind in ("table", "measure") else sample_problems
        yield from run(spec, bound, trial_values(spec.modality) if values is None else values)
