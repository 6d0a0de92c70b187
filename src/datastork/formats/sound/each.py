"""Formats with one file for each sound: a file, or a folder of them."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from datastork.core.errors import DataError
from datastork.formats.choosing import Chooser
from datastork.formats.format import Options, Written
from datastork.formats.record import Annotated
from datastork.formats.source import found
from datastork.formats.target import new_file, new_folder, safe_name


def files(path: Path, suffix: str) -> Iterator[tuple[str, Path]]:
    """Yield (name of the sound, file): the name is that of the file below the folder, without its suffix."""
    if path.is_dir():
        for file in found(path, (suffix.lower(),)):
            relative = file.relative_to(path).as_posix()
            yield relative[: -len(suffix)], file
        return
    yield path.name.removesuffix(path.suffix) if path.suffix.lower() == suffix.lower() else path.name, path


def write_each(
    path: Path,
    samples: Iterable[Annotated],
    choose: Chooser,
    options: Options,
    suffix: str,
    text_of: Callable[[Annotated], str | None],
) -> Written:
    """Write one file for each sample, named by it; a file alone where `path` ends in the suffix.

    `text_of` gives the text of a file, or None where the sample has no vote; then it has no file.
    """
    count, silent = 0, 0
    if path.suffix.lower() == suffix.lower() and not path.is_dir():
        with new_file(path, options) as file:
            for sample in samples:
                text = text_of(sample) if not count else None
                if text is None:
                    choose.lost[
                        "samples after the first: one file holds one" if count else "samples without a vote"
                    ] += 1
                else:
                    file.write(text)
                    count += 1
        if not count:
            raise DataError("there is no vote to write")
        return choose.written(count, (path,))
    with new_folder(path, options) as folder:
        for sample in samples:
            text = text_of(sample)
            if safe_name(sample.name) is None:
                choose.lost["samples whose names no file can have"] += 1
            elif text is None:
                silent += 1
            elif folder.write(sample.name + suffix, text):
                count += 1
            else:
                choose.lost["samples whose file another sample has"] += 1
        if silent:
            choose.lost["samples without a vote"] += silent
        return choose.written(count, folder.files(path))


def on_one_line(text: str, choose: Chooser) -> str:
    """Return a text without tabs and ends of lines, which are counted as lost."""
    plain = " ".join(text.split()) if any(one in text for one in "\t\r\n") else text
    if plain != text:
        choose.lost["tabs and ends of lines in labels"] += 1
    return plain
