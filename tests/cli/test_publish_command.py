"""`stork publish`."""

from click.testing import CliRunner

from datastork.cli.commands.publish import command


def test_a_dataset_in_the_place_of_a_target_is_told(tmp_path):
    (tmp_path / "birds").mkdir()
    (tmp_path / "birds" / "stork.toml").write_text("")

    ran = CliRunner().invoke(command, ["birds", "--in", str(tmp_path)])

    assert ran.exit_code == 2
    assert "birds is a dataset, and no target of one: stork publish --in birds" in ran.output
