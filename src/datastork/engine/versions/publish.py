"""Run the `[[publish]]` tables of a recipe on a committed version."""

from typing import Any

from datastork.core.errors import BuildError, DatastorkError, NotFoundError
from datastork.core.findings import Findings
from datastork.core.nearest import did_you_mean
from datastork.recipe.check import check
from datastork.store.home import Home
from datastork.store.release import Published, Release
from datastork.store.samples import Samples


def release_of(home: Home, version: int | str | None = None) -> Release:
    """Return a version ready for publishing, with its kept samples."""
    import pyarrow.compute as pc

    samples = Samples(home)
    number = samples.number_of(version)
    record = samples.record(number)
    table = samples.table(number)
    return Release(
        home=home,
        version=number,
        facts=record["dataset"],
        samples=table.filter(pc.equal(table["state"], "kept")),
        record=record,
        findings={name: Findings.from_dict(saved) for name, saved in record["findings"].items()},
    )


def publish(
    home: Home, targets: list[str] | None = None, version: int | str | None = None
) -> list[tuple[str, Published]]:
    """Publish to the targets of the recipe (all of them, or those named); return where each lies.

    Raises RecipeError, NotFoundError for an unknown target or a dataset never built.
    """
    checked = check(home.recipe)
    known = {bound.name: bound for bound in checked.publish}
    if not known:
        raise NotFoundError(
            "the recipe has no [[publish]] table", hint='add one: use = "publish.folder", to = "published"'
        )
    for target in targets or ():
        if target not in known:
            raise NotFoundError(
                f"no publish target {target!r}{did_you_mean(target, known)}",
                hint=f"there are: {', '.join(known)}",
            )
    release = release_of(home, version)
    done: list[tuple[str, Published]] = []
    for name in targets or list(known):
        bound = known[name]
        chosen = _chosen(release, bound.use.where, name)
        try:
            result: Any = bound.spec.function(chosen, **bound.settings)
        except DatastorkError:
            raise
        except Exception as error:
            raise BuildError(f"publishing {name} failed: {type(error).__name__}: {error}") from error
        done.append((name, result))
    return done


def _chosen(release: Release, condition: str | None, name: str) -> Release:
    if condition is None:
        return release
    import dataclasses

    import pyarrow as pa

    from datastork.engine.condition import matches
    from datastork.engine.state import frame_columns

    mask = matches(frame_columns(release.samples), condition, name)
    return dataclasses.replace(release, samples=release.samples.filter(pa.array(mask)))
