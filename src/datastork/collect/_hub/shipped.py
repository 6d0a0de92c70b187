"""Datasets that lie inside scikit-learn: nothing is fetched for them."""

import re
from collections.abc import Iterator
from typing import Any

from datastork.collect._hub.origin import Origin, Part
from datastork.collect._tables.text_tables import BATCH, Batch
from datastork.core.errors import MissingExtraError, RecipeError
from datastork.core.nearest import did_you_mean

# name -> (what it is, samples, what it is for, where its makers describe it)
SHIPPED: dict[str, tuple[str, int, str, str]] = {
    "breast_cancer": (
        "Breast cancer Wisconsin (diagnostic): 30 measures of cell nuclei, malignant or benign",
        569, "tabular-classification", "https://archive.ics.uci.edu/dataset/17",
    ),
    "diabetes": (
        "Diabetes: 10 measures of a patient and the progression of the disease one year later",
        442, "tabular-regression", "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
    ),
    "digits": (
        "Handwritten digits, 8×8 pixels (optical recognition, test set)",
        1797, "image-classification", "https://archive.ics.uci.edu/dataset/80",
    ),
    "iris": ("Iris flowers: 4 measures, 3 species", 150, "tabular-classification",
             "https://archive.ics.uci.edu/dataset/53"),
    "linnerud": ("Linnerud: 3 exercises and 3 measures of the body", 20, "tabular-regression",
                 "https://scikit-learn.org/stable/datasets/toy_dataset.html"),
    "wine": ("Wine: 13 chemical measures, 3 growers", 178, "tabular-classification",
             "https://archive.ics.uci.edu/dataset/109"),
}  # fmt: skip
_REFERENCES = re.compile(r"\|details-start\|.{0,40}References.{0,40}\|details-split\||(?:dropdown|rubric):: References"
                         r"|(?:^|\n)References\n-+\n")  # fmt: skip


def find(name: str) -> tuple[Origin, list[Part]]:
    """Return what is known of one of these datasets. Raises RecipeError with the nearest name."""
    if name not in SHIPPED:
        known = did_you_mean(name, SHIPPED) or f"; there are {', '.join(SHIPPED)}"
        raise RecipeError([f"dataset: scikit-learn ships no dataset {name!r}{known}"])
    found, version = _load(name)
    title, _, _, homepage = SHIPPED[name]
    classes = hasattr(found, "target_names") and name not in ("diabetes", "linnerud")
    origin = Origin(
        name=f"sklearn:{name}",
        revision=f"scikit-learn {version}",
        title=title,
        licence=None,
        citation=_cited(str(found.DESCR)),
        homepage=homepage,
        target="target" if classes else None,
    )
    return origin, [Part("shipped", name)]


def columns(name: str) -> list[str]:
    """Return the names of the columns."""
    return list(_columns(name))


def batches(name: str, *, pictures: bool) -> Iterator[Batch]:
    """Yield the rows; with `pictures`, the column `image` of the digits holds a PNG file each."""
    table = _columns(name)
    if "image" in table:
        table["image"] = [_png(image) for image in table["image"]] if pictures else [None] * len(table["image"])
    rows = [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
    for row in rows:
        if not pictures:
            row.pop("image", None)
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        yield Batch(start, [*part], [None] * len(part))


def _columns(name: str) -> dict[str, list[Any]]:
    found, _ = _load(name)
    data = found.data.tolist()
    table = {str(column): [row[at] for row in data] for at, column in enumerate(found.feature_names)}
    target = found.target.tolist()
    if name == "linnerud":
        table |= {str(column): [row[at] for row in target] for at, column in enumerate(found.target_names)}
    elif name == "diabetes":
        table["target"] = target
    else:
        table["target"] = [str(found.target_names[value]) for value in target]
    if name == "digits":
        table["image"] = [*found.images]
    return table


def _png(image: Any) -> bytes:
    import cv2
    import numpy as np

    _, data = cv2.imencode(".png", np.round(np.asarray(image) * (255 / 16)).astype(np.uint8))
    found: bytes = data.tobytes()
    return found


def _load(name: str) -> tuple[Any, str]:
    try:
        import sklearn
        from sklearn import datasets
    except ImportError as error:
        raise MissingExtraError("collect.hub", "scikit-learn", "demo") from error
    return getattr(datasets, f"load_{name}")(), str(sklearn.__version__)


def _cited(description: str) -> str:
    """Return the references in a description, one behind the other."""
    found = _REFERENCES.search(description)
    if not found:
        return ""
    rest = description[found.end() :].partition("|details-end|")[0]
    lines = [line.strip(" *-") for line in rest.splitlines()]
    return " ".join(" ".join(lines).split())[:2000]
