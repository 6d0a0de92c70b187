"""What a column is to Hugging Face: in the metadata of a Parquet file, and in the front matter of a card."""

from typing import TYPE_CHECKING, Any

from datastork.core.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa

Feature = dict[str, Any]
IMAGE: Feature = {"_type": "Image"}
MEDIA: dict[str, Feature] = {"audio": {"_type": "Audio"}, "image": IMAGE, "video": {"_type": "Video"}}  # by modality


def class_label(names: list[str]) -> Feature:
    """Return the feature of a label stored as the place of its name in `names`."""
    return {"names": names, "_type": "ClassLabel"}


def plain(kind: "pa.DataType") -> "pa.DataType":
    """Return the type a column is published in: encodings and widths that readers differ on are undone."""
    import pyarrow as pa
    import pyarrow.types as t

    if t.is_dictionary(kind):
        return plain(kind.value_type)
    if t.is_large_string(kind) or t.is_string_view(kind) or t.is_decimal(kind):
        return pa.string()
    if t.is_large_binary(kind) or t.is_binary_view(kind) or t.is_fixed_size_binary(kind):
        return pa.binary()
    if t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind):
        return pa.list_(plain(kind.value_type))
    if t.is_struct(kind):
        return pa.struct([(field.name, plain(field.type)) for field in kind])
    return kind


def feature_of(kind: "pa.DataType", column: str) -> Feature:
    """Return the feature of a plain type. Raises StoreError for a type the Hub has no word for."""
    import pyarrow.types as t

    if t.is_list(kind):
        return {"feature": feature_of(kind.value_type, column), "_type": "List"}
    if t.is_struct(kind):
        return {field.name: feature_of(field.type, column) for field in kind}
    names = {"bool": "bool", "halffloat": "float16", "float": "float32", "double": "float64"}
    name = names.get(str(kind), str(kind))
    timed = t.is_timestamp(kind) or t.is_date(kind) or t.is_time(kind) or t.is_duration(kind)
    if timed:
        name = str(kind).removesuffix("[day]").removesuffix("[ms]") if t.is_date(kind) else str(kind)
    elif not (
        t.is_integer(kind) or t.is_floating(kind) or t.is_boolean(kind) or t.is_string(kind) or t.is_binary(kind)
    ):
        raise StoreError(
            f"the column {column!r} of type {kind} cannot be published", hint="turn it into text or numbers"
        )
    return {"dtype": name, "_type": "Value"}


def yaml_feature(name: str, feature: Feature) -> dict[str, Any]:
    """Return the entry of a column under `dataset_info.features`."""
    return {"name": name, **_yaml(feature)}


def _yaml(feature: Feature) -> dict[str, Any]:
    kind = feature.get("_type")
    if kind == "Value":
        return {"dtype": feature["dtype"]}
    if kind in ("Audio", "Image", "Video"):
        return {"dtype": kind.lower()}
    if kind == "ClassLabel":
        return {"dtype": {"class_label": {"names": {str(i): name for i, name in enumerate(feature["names"])}}}}
    if kind == "List":
        inner = _yaml(feature["feature"])
        return {"list": inner.get("dtype") or inner.get("struct") or inner}
    return {"struct": [yaml_feature(name, inner) for name, inner in feature.items()]}


def with_features(schema: "pa.Schema", features: dict[str, Feature]) -> "pa.Schema":
    """Return `schema` with the features in its metadata, where `datasets` looks for them."""
    import json

    info = {"info": {"features": {name: features[name] for name in schema.names}}}
    return schema.with_metadata({"huggingface": json.dumps(info)})
