"""A folder appears whole or not at all, and nothing of anybody else's is lost."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from datastork.core.errors import LockedError, RecipeError, StoreError
from datastork.publish._place import Folder, target, whole
from datastork.publish.folder import folder
from datastork.publish.huggingface import huggingface
from datastork.store.release import Release

KILLED = """
import os, pickle, signal, sys
from pathlib import Path
from datastork.publish import _place
from datastork.publish.{step} import {step}
release = pickle.loads(Path(sys.argv[1]).read_bytes())
where, left = sys.argv[2], int(sys.argv[3])
def die_in(owner, name):
    old = getattr(owner, name)
    def die(*given, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return old(*given, **named)
    setattr(owner, name, die)
if where == "rename":
    die_in(Path, "rename")
else:
    die_in(_place.Folder, where)
{step}(release, to="out")
"""


def contents(place: Path) -> dict[str, bytes]:
    return {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}


def kill(release: Release, tmp_path: Path, step: str, where: str, left: int) -> None:
    saved = tmp_path / "release.pickle"
    saved.write_bytes(pickle.dumps(release))
    command = [sys.executable, "-c", KILLED.format(step=step), str(saved), where, str(left)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize(
    ("step", "where", "left"),
    [("folder", "write", 5), ("folder", "seal", 0), ("huggingface", "add", 1), ("huggingface", "seal", 0)],
)
def test_a_killed_run_leaves_no_folder_and_the_next_cleans_up(
    birds: Release, tmp_path: Path, step: str, where: str, left: int
) -> None:
    kill(birds, tmp_path, step, where, left)
    left_over = [p.name for p in birds.root.iterdir() if p.name != ".stork"]
    assert len(left_over) == 1
    assert left_over[0].startswith(".out.stork-")
    {"folder": folder, "huggingface": huggingface}[step](birds, to="out")
    assert sorted(p.name for p in birds.root.iterdir()) == [".stork", "out"]


def test_a_run_killed_over_an_older_folder_leaves_it_as_it_was(birds: Release, tmp_path: Path) -> None:
    folder(birds, to="out")
    before = contents(birds.root / "out")
    kill(birds, tmp_path, "folder", "write", 5)
    assert contents(birds.root / "out") == before


def test_a_run_killed_between_the_renames_loses_nothing(birds: Release, tmp_path: Path) -> None:
    folder(birds, to="out")
    before = contents(birds.root / "out")
    kill(birds, tmp_path, "folder", "rename", 1)
    assert not (birds.root / "out").exists()
    with pytest.raises(RuntimeError, match="stop"), whole(birds.root / "out"):
        raise RuntimeError("stop")
    assert contents(birds.root / "out") == before
    assert sorted(p.name for p in birds.root.iterdir()) == [".stork", "out"]


@pytest.mark.parametrize("publish", [folder, huggingface])
def test_publishing_again_replaces_with_the_same_bytes(birds: Release, publish: Callable[..., object]) -> None:
    publish(birds, to="out")
    before = contents(birds.root / "out")
    publish(birds, to="out")
    assert contents(birds.root / "out") == before
    assert sorted(p.name for p in birds.root.iterdir()) == [".stork", "out"]


def test_one_layout_replaces_another(birds: Release) -> None:
    folder(birds, to="out")
    huggingface(birds, to="out")
    assert not (birds.root / "out" / "samples.csv").exists()


def test_an_empty_folder_is_filled(birds: Release) -> None:
    (birds.root / "out").mkdir()
    folder(birds, to="out")
    assert (birds.root / "out" / "README.md").is_file()


def test_a_folder_of_somebody_else_is_refused(birds: Release) -> None:
    (birds.root / "out").mkdir()
    (birds.root / "out" / "thesis.tex").write_text("years of work")
    with pytest.raises(StoreError, match="was not made by datastork"):
        folder(birds, to="out")
    assert contents(birds.root / "out") == {"thesis.tex": b"years of work"}


def test_the_folder_of_the_recipe_is_refused(birds: Release) -> None:
    with pytest.raises(StoreError, match="was not made by datastork"):
        folder(birds, to=".")


@pytest.mark.parametrize("name", ["notes.txt", ".git/config", "train/robin/mine.jpg"])
def test_files_of_somebody_else_in_our_folder_are_kept(birds: Release, name: str) -> None:
    folder(birds, to="out")
    mine = birds.root / "out" / name
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(StoreError, match=f"holds files datastork did not write: {name}"):
        folder(birds, to="out")
    assert mine.read_text() == "mine"


def test_a_card_written_on_by_hand_is_kept(birds: Release) -> None:
    folder(birds, to="out")
    card = birds.root / "out" / "README.md"
    card.write_text(card.read_text() + "by hand\n")
    with pytest.raises(StoreError, match=r"README\.md was changed by hand"):
        folder(birds, to="out")
    assert card.read_text().endswith("by hand\n")


def test_what_file_managers_leave_is_no_obstacle(birds: Release) -> None:
    folder(birds, to="out")
    (birds.root / "out" / "train" / ".DS_Store").write_bytes(b"x")
    folder(birds, to="out")
    assert not (birds.root / "out" / "train" / ".DS_Store").exists()


def test_a_file_in_the_place_is_refused(birds: Release) -> None:
    (birds.root / "out").write_text("x")
    with pytest.raises(StoreError, match="is a file"):
        folder(birds, to="out")


def test_two_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    with whole(tmp_path / "out") as first:
        first.write("a", b"1")
        with pytest.raises(LockedError, match="another process"), whole(tmp_path / "out"):
            pass
        assert (first.path / "a").exists()
    assert (tmp_path / "out" / "a").read_bytes() == b"1"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_one_may_not_write_to_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"), whole(tmp_path / "out"):
        pass


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    def fill() -> None:
        with whole(tmp_path / "out") as place:
            place.write("a", b"1")
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="is the disk full"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_name_are_an_error(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    place.write("a", b"1")
    with pytest.raises(StoreError, match="would be called a"):
        place.write("a", b"2")


@pytest.mark.parametrize("publish", [folder, huggingface])
def test_an_address_on_the_hub_is_refused_with_the_command_that_uploads(
    birds: Release, publish: Callable[..., object]
) -> None:
    with pytest.raises(RecipeError, match=r"hf upload me/birds published \. --repo-type=dataset"):
        publish(birds, to="hf:me/birds")


@pytest.mark.parametrize("to", ["s3://bucket/x", "https://x.org", "", "  ", "/", "a\0b"])
def test_what_is_no_folder_is_refused(tmp_path: Path, to: str) -> None:
    with pytest.raises(RecipeError, match=r"publish\.folder\.to"):
        target(to, tmp_path, "publish.folder")
