"""`stork label`: what it says before it serves."""

import builtins
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from tests.app.conftest import IMAGES

from datastork.app.begin import Begun
from datastork.app.security.certificate import certificate
from datastork.cli.commands import label
from datastork.core.errors import MissingExtraError, NotFoundError, RecipeError


def run(*arguments: str) -> Any:
    return CliRunner().invoke(label.command, list(arguments))


def test_help_teaches() -> None:
    text = run("--help").output
    for word in ("--lan", "--https", "--invite", "works once", "votes.sqlite", "stork build", "/owner"):
        assert word in text, word


def test_what_was_never_built_is_told_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "stork.toml").write_text(IMAGES)
    error = run(str(tmp_path)).exception
    assert isinstance(error, NotFoundError)
    assert error.hint == f"build it with: stork build {tmp_path}"
    assert not (tmp_path / ".stork").exists()


def test_a_wrong_table_is_told_whole(tmp_path: Path) -> None:
    (tmp_path / "stork.toml").write_text(IMAGES + "[label]\noverlapp = 2\norder = 'fast'\n")
    error = run(str(tmp_path)).exception
    assert isinstance(error, RecipeError)
    assert len(error.problems) == 2
    assert "did you mean 'overlap'" in error.problems[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [("anotator", "did you mean 'annotator'"), ("owner:0", "'0' is no number"), ("owner:x", "'x' is no")],
)
def test_an_invite_that_cannot_be(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "stork.toml").write_text(IMAGES)
    found = run(str(tmp_path), "--invite", text)
    assert found.exit_code == 2
    assert said in found.output


def test_invites_have_a_role_and_a_number() -> None:
    assert label._invite("annotator") == ("annotator", 1)
    assert label._invite("reviewer:20") == ("reviewer", 20)
    with pytest.raises(click.BadParameter):
        label._invite("model")


def test_without_the_extra_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stork.toml").write_text(IMAGES)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    error = run(str(tmp_path)).exception
    assert isinstance(error, MissingExtraError)
    assert str(error) == "stork label needs starlette: pip install 'datastork[app]'"


def test_the_links_are_told_and_a_code_for_phones_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    phone = "http://192.168.1.7:8787/t/token"
    begun = Begun(
        "pets", "ann", "http://127.0.0.1:8787", "http://127.0.0.1:8787/t/x", phone, "AB:CD", [("annotator", 5, "u")]
    )
    label._tell(begun, lan=True)
    text = capsys.readouterr().out
    for part in ("http://127.0.0.1:8787/t/x", "works once", "annotator (5 people):  u", phone, "AB:CD", "Ctrl-C"):
        assert part in text
    rows = [line for line in text.splitlines() if set(line) <= set(" █▀▄") and "█" in line]
    assert len(rows) > 14
    assert len({len(row) for row in rows}) == 1


def test_without_a_drawer_of_codes_the_link_is_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    label._draw("http://x")
    assert "datastork[app]" in capsys.readouterr().err


def test_a_certificate_is_kept_while_it_holds(tmp_path: Path) -> None:
    path, first = certificate(tmp_path / "https.pem", ["localhost", "127.0.0.1"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert certificate(path, ["localhost"])[1] == first
    assert certificate(path, ["localhost", "10.0.0.7"])[1] != first
    path.write_text("damaged")
    assert certificate(path, ["localhost"])[1] != first


def test_a_certificate_needs_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("cryptography"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"stork label --https needs cryptography"):
        certificate(tmp_path / "https.pem", ["localhost"])
