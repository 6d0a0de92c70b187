"""`stork demo`."""

from pathlib import Path
from types import ModuleType

import click


@click.command()
@click.argument("folder", default="demo", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Build a small real dataset in FOLDER ("demo" by default): 1,797 handwritten digits with planted trouble.

    Writes the pictures, cleans, labels, splits, measures, reports and publishes them, and then compares what was found
    with what was planted. Nothing is downloaded. A second run finds the work done.
    """
    import json
    import shutil
    import time

    from datastork.cli.bar import Bar
    from datastork.cli.options import counted
    from datastork.core.errors import DatastorkError
    from datastork.dataset import open as open_dataset

    began = time.monotonic()
    material = _material()
    make, compare = (_load(material / f"{name}.py") for name in ("make_digits", "compare"))
    record = folder / make.RECORD
    if folder.is_dir() and any(folder.iterdir()) and not record.is_file():
        raise DatastorkError(f"{folder} holds something else", hint="name another folder: stork demo FOLDER")
    current = _is_current(record, make)
    if not current:
        click.echo(f"writing the digits, and trouble among them, to {folder / 'raw'}")
        made = make.write(folder)
        click.echo(f"  {counted(made['files'], 'file')}; what was planted stands in {record}")
    if not current or not (folder / "stork.toml").exists():  # a recipe somebody tries things out in stays
        shutil.copyfile(material / "stork.toml", folder / "stork.toml")

    dataset = open_dataset(folder)
    click.echo(f"building: stork build {folder}")
    outcome = dataset.build(progress=Bar())
    samples = outcome.record["samples"]
    state = "built" if outcome.changed else "as it was, nothing had to be done"
    parts = ", ".join(f"{samples[name]:,} {name}" for name in ("kept", "dropped", "quarantined"))
    click.echo(f"  version {outcome.version} {state}: {parts}, of {counted(samples['total'], 'sample')}")
    report = dataset.report()
    published = dataset.publish()

    click.echo()
    planted = json.loads(record.read_text(encoding="utf-8"))["planted"]
    click.echo(compare.compare(dataset, planted))
    click.echo(f"\nreport     {_short(report)}")
    for name, made in published:
        click.echo(
            f"published  {_short(made.place)}  ({name}, {counted(made.files, 'file')}, {made.size / 1e6:.1f} MB)"
        )
    click.echo(f"           {time.monotonic() - began:.1f} s in all")
    click.echo("\nnow try")
    wrong = Path(planted["wrong label"][0]["path"])
    for line, what in (
        (f"stork why {wrong} {folder}", "the life of one sample"),
        (f"stork status {folder}", "what each step did"),
        (f"stork undo --step clean.near_dup {folder}", "a new version with the near copies kept"),
    ):
        click.echo(f"  {line:<45} {what}")


def _short(place: Path | str) -> Path:
    """Return a path as it is seen from here, where it lies below."""
    path, here = Path(place).absolute(), Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _material() -> Path:
    """Return the folder of the digits example: in the package when installed, else in the repository."""
    import datastork
    from datastork.core.errors import DatastorkError

    package = Path(datastork.__file__).parent
    for place in (package / "examples" / "digits", package.parents[1] / "examples" / "digits"):
        if (place / "stork.toml").is_file():
            return place
    raise DatastorkError("the digits example is not part of this installation", hint="install datastork again")


def _load(path: Path) -> ModuleType:
    from importlib.util import find_spec, module_from_spec, spec_from_file_location

    from datastork.core.errors import MissingExtraError

    if find_spec("sklearn") is None:
        raise MissingExtraError("stork demo", "scikit-learn", "demo")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _is_current(record: Path, make: ModuleType) -> bool:
    """Say whether the files were written by this version of the example."""
    import json

    if not record.is_file() or not (record.parent / "raw").is_dir():
        return False
    return bool(json.loads(record.read_text(encoding="utf-8")).get("version") == make.VERSION)
