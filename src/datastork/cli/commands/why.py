"""`stork why`."""

import json
from typing import Any

import click

from datastork.cli.options import as_json, put_json, version, visible

LONGEST = 120  # characters of an answer


@click.command()
@click.argument("sample")
@click.argument("folder", default=".", type=click.Path(exists=True))
@version
@as_json
def command(sample: str, folder: str, version: str | None, as_json: bool) -> None:
    """Tell the life of SAMPLE in FOLDER: where it came from, what was measured, who voted, what became of it.

    SAMPLE is an id, the beginning of one, or the path of the file it came from (or the end of that path).
    """
    from datastork.dataset import open as open_dataset

    life = open_dataset(folder).why(sample, version)
    if as_json:
        put_json(life)
        return
    click.echo(visible(tell(life), keep="\n"))


def tell(life: dict[str, Any]) -> str:
    """Return the life of a sample as lines of text."""
    source = life["source"]
    lines = [f"{life['id']}  {life['state']}  (version {life['version']})"]
    came = f"  from     {source['uri']}"
    lines.append(came + (f", {source['collected_at']:%Y-%m-%d %H:%M}" if source["collected_at"] else ""))
    lines += [f"  {key:<8} {source[key]}" for key in ("license", "author", "query", "parent") if source[key]]
    if life["group"]:
        lines.append(f"  group    {life['group']}")
    for vote in life["votes"]:
        if vote.get("created_at") is None or not life["cast"]:  # those that were cast have more to tell
            lines.append(f"  vote     {vote['value']}{_sure(vote)} by {vote['annotator']}")
    lines += [_cast(vote) for vote in life["cast"]]
    for step in life["steps"]:
        settings = " ".join(f"{key}={value}" for key, value in step["settings"].items() if value is not None)
        mark = {"passed": "·", "dropped": "✗", "quarantined": "!"}[step["result"]]
        lines.append(f"  {mark} {step['name']}" + (f"  {settings}" if settings else ""))
    if life["dropped"]:
        lines.append(f"    dropped: {life['dropped']['reason']}")
    if life["error"]:
        lines.append(f"    quarantined: {life['error']['type']}: {life['error']['message']}")
    if life["label"] is not None:
        lines.append(f"  label    {life['label']} (probability {life['label_probability']:.2f})")
    lines += [f"  {key:<8} {life[key]}" for key in ("cluster", "split") if life[key]]
    if life["media"]["format"]:
        lines.append(f"  media    {life['media']['format']}, {life['media']['size']:,} bytes")
    for name, value in life["facts"].items():
        lines.append(f"  {name:<8} {value:.4g}" if isinstance(value, float) else f"  {name:<8} {_short(value)}")
    for change in life["changes"]:
        because = f": {change['reason']}" if change["reason"] else ""
        because += f" ({change['confidence']:.2f} sure)" if change["confidence"] is not None else ""
        who = f"by {change['step']} in version {change['version']}"
        nothing = change["old"] is None and change["new"] is None
        values = "" if nothing else " → ".join(_value(change[key]) for key in ("old", "new")).join((" ", ""))
        lines.append(f"  changed  {change['column']}{values} {who}{because}")
    return "\n".join(lines)


def _value(text: str | None) -> str:
    return "(nothing)" if text is None else f"“{text}”" if not text.strip() else _short(text)


def _short(value: Any) -> str:
    """Return a fact in one line: regions and classes by their names and probabilities."""
    if isinstance(value, list) and value and all(isinstance(one, dict) and "probability" in one for one in value):
        names = [one.get("label") or one.get("value") or one.get("column") for one in value]
        said = ", ".join(f"{name} {one['probability']:.2f}" for name, one in zip(names, value, strict=True))
        said = f"{len(value)}: {said}"
    else:
        said = str(value)
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def _sure(vote: dict[str, Any]) -> str:
    return "" if vote["confidence"] in (None, 1.0) else f" ({vote['confidence']:.2f})"


def _cast(vote: dict[str, Any]) -> str:
    """Return the line of a vote that somebody cast, with what became of it."""
    value = vote["value"]
    if value is None:
        said = f"skipped ({vote['skipped']})" if vote["skipped"] else "took the answer back"
    else:
        said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        said = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
    asked = "" if vote["question"] == "label" else f" to {vote['question']}"
    took = f", {vote['seconds']:.1f} s" if vote["seconds"] else ""
    fate = (
        "; decides" if vote["decides"] else "" if vote["current"] or value is None else "; revised or taken back since"
    )
    return f"  vote     {said}{asked}{_sure(vote)} by {vote['annotator']}, {vote['created_at'][:16]}{took}{fate}"
