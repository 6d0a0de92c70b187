"""What of a release is published: which rows in which split, which columns, and the names of the labels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.core.errors import BuildError, RecipeError, StoreError
from datastork.publish._features import Feature, class_label, feature_of, plain
from datastork.publish._names import SPLIT
from datastork.store.release import Release
from datastork.store.samples import sample_schema

if TYPE_CHECKING:
    import pyarrow as pa

KNOWN_SPLITS = ("train", "validation", "test")
UNASSIGNED = "unassigned"
OWN = (
    "id",
    "label",
    "label_probability",
    "group",
    "cluster",
    "source",
    "license",
    "author",
    "query",
    "parent",
)
RESERVED = {*OWN, "audio", "image", "text", "video", "split", "file_name", "file_names"}


@dataclass(frozen=True, slots=True)
class Content:
    """A release in the order it is published.

    `samples`    the rows of the store, ordered by split, then by id (which mixes the labels)
    `columns`    the same rows as outsiders see them; `label` is a number where there are `labels`
    `features`   what each of these columns is
    `texts`      the labels as text, or None where no sample has one
    `splits`     name -> (first row, number of rows)
    `undeclared` labels that samples have and the recipe does not list
    """

    samples: "pa.Table"
    columns: "pa.Table"
    features: dict[str, Feature]
    splits: dict[str, tuple[int, int]]
    modality: str
    texts: "pa.ChunkedArray | None"
    labels: list[str] | None
    undeclared: tuple[str, ...]


def arrange(release: Release, step: str) -> Content:
    """Return what is to be published of a release. Raises BuildError where that is nothing."""
    samples = release.samples
    if not samples.num_rows:
        raise BuildError("there is nothing to publish: no sample was kept", hint="see what was dropped: stork report")
    kinds = sorted({str(kind) for kind in samples["media_modality"].unique().to_pylist()})
    if len(kinds) != 1 or kinds[0] not in ("audio", "image", "row", "text", "video"):
        raise RecipeError([f"{step}: samples of {' and '.join(kinds)} cannot be published together or not yet"])
    samples, splits = _by_split(samples, step)
    columns, features = _columns(release, samples)
    texts = samples["label"] if samples["label"].null_count < samples.num_rows else None
    labels, undeclared = _labels(release.facts, texts)
    if texts is not None:
        columns, features = _with_label(columns, features, texts, labels, str(release.facts.get("task") or ""))
    return Content(samples, columns, features, splits, kinds[0], texts, labels, undeclared)


def _by_split(samples: "pa.Table", step: str) -> tuple["pa.Table", dict[str, tuple[int, int]]]:
    """Return the samples ordered by split and id, and where each split lies."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = samples["split"]
    column = pc.fill_null(column, "train" if column.null_count == samples.num_rows else UNASSIGNED)
    found = set(column.unique().to_pylist())
    bad = sorted(name for name in found if not SPLIT.fullmatch(name) or name == "all")
    if bad:
        raise RecipeError(
            [f"{step}: a split called {name!r} cannot be published" for name in bad],
            hint="names of splits are letters, digits and _, such as train, validation, test; `all` is taken",
        )
    order = [*(name for name in KNOWN_SPLITS if name in found), *sorted(found - set(KNOWN_SPLITS))]
    rank = pc.index_in(column, value_set=pa.array(order))
    keyed = pa.table({"rank": rank, "id": samples["id"]})
    samples = samples.take(pc.sort_indices(keyed, sort_keys=[("rank", "ascending"), ("id", "ascending")]))
    counts = {row["values"]: row["counts"] for row in pc.value_counts(rank.combine_chunks()).to_pylist()}
    splits, start = {}, 0
    for number, name in enumerate(order):
        splits[name] = (start, counts[number])
        start += counts[number]
    return samples, splits


def _columns(release: Release, samples: "pa.Table") -> tuple["pa.Table", dict[str, Feature]]:
    """Return the public columns without `label`; a column with nothing in it is left out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: dict[str, Any] = {name: samples[name] for name in ("id", "label_probability", "group", "cluster")}
    found["source"] = public_uri(pc.struct_field(samples["source"], "uri"), str(release.root.resolve()))
    found |= {name: pc.struct_field(samples["source"], name) for name in ("license", "author", "query", "parent")}
    standard = set(sample_schema().names)
    for name in samples.column_names:
        if name not in standard:
            found[column_name(name, {*RESERVED, *found})] = samples[name]
    table: dict[str, Any] = {}
    features: dict[str, Feature] = {}
    for name, values in found.items():
        if values.null_count == samples.num_rows:
            continue
        kind = plain(values.type)
        features[name] = feature_of(kind, name)
        table[name] = values if values.type == kind else values.cast(kind)
    return pa.table(table), features


def column_name(name: str, taken: set[str]) -> str:
    """Return a name for a column that is not taken, and that no loader takes for a path (`…file_name`)."""
    for end in ("file_name", "file_names"):
        if name.endswith(end):
            name = name.removesuffix(end) + end.replace("_", "")
    while name in taken:
        name = f"own_{name}"
    return name


def public_uri(uris: "pa.ChunkedArray", root: str) -> "pa.ChunkedArray":
    """Return where samples came from, without folders above the dataset, passwords and keys."""
    import pyarrow.compute as pc

    uris = pc.replace_substring_regex(uris, r"^file://(localhost)?", "")
    prefix = root.rstrip("/") + "/"
    inside = pc.starts_with(uris, prefix)
    uris = pc.if_else(inside, pc.utf8_slice_codeunits(uris, len(prefix)), uris)
    absolute = pc.match_substring_regex(uris, r"^([/\\~]|[A-Za-z]:[/\\])")
    member = pc.match_substring(uris, "!/")
    last = pc.replace_substring_regex(uris, r"(?s)^.*[/\\]", "")
    archive = pc.replace_substring_regex(uris, r"(?s)^.*?([^/\\]*!/.*)$", r"\1")
    uris = pc.if_else(absolute, pc.if_else(member, archive, last), uris)
    uris = pc.replace_substring_regex(uris, r"^(\.\.[/\\])+", "")
    uris = pc.replace_substring_regex(uris, r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@", r"\1")
    secret = r"(?i)([?&](?:[a-z_-]*token|sig|signature|[a-z_-]*key|password|x-(?:amz|goog)-[a-z-]+)=)[^&#]*"
    return pc.replace_substring_regex(uris, secret, r"\1removed")


def _labels(facts: dict[str, Any], texts: "pa.ChunkedArray | None") -> tuple[list[str] | None, tuple[str, ...]]:
    """Return the names of the classes (None where labels are none), and those the recipe does not list."""
    declared = [str(name) for name in facts["labels"]] if isinstance(facts.get("labels"), list | tuple) else []
    if texts is None:
        return None, ()
    found = sorted(name for name in texts.unique().to_pylist() if name is not None)
    extra = [name for name in found if name not in set(declared)]
    task = str(facts.get("task") or "classification")
    one_of_many = "classification" in task and "multi-label" not in task
    if not (one_of_many or (declared and not extra)):
        return None, ()
    return [*declared, *extra], tuple(extra) if declared else ()


def _with_label(
    columns: "pa.Table",
    features: dict[str, Feature],
    texts: "pa.ChunkedArray",
    labels: list[str] | None,
    task: str,
) -> tuple["pa.Table", dict[str, Feature]]:
    """Put the label behind the id: the number of a class, a number for a regression, or a text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if labels is not None:
        values = pc.index_in(texts, value_set=pa.array(labels, pa.string())).cast(pa.int64())
        feature = class_label(labels)
    elif "regression" in task:
        try:
            values, feature = texts.cast(pa.float64()), feature_of(pa.float64(), "label")
        except pa.ArrowInvalid as error:
            raise StoreError(f"a label of this regression is no number: {error}") from error
    else:
        values, feature = texts, feature_of(pa.string(), "label")
    order = ["id", "label", *(name for name in features if name != "id")]
    features = {name: feature if name == "label" else features[name] for name in order}
    return columns.append_column("label", values).select(order), features
