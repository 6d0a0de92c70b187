"""What a catalogue says of a dataset, and the parts in which it can be fetched."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from datastork.collect._spdx import spdx

Form = Literal["parquet", "arff", "rows", "shipped"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a dataset is from.

    `name`      as the recipe says it: "hf:owner/name"
    `revision`  what tells one state of it from another: a commit, a checksum, the version of a package
    `licence`   as the catalogue writes it, or None; `target` the column it names as the label
    """

    name: str
    revision: str
    title: str = ""
    licence: str | None = None
    citation: str = ""
    homepage: str = ""
    author: str | None = None
    target: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def license(self) -> str | None:
        """The licence as an SPDX id, where that is certain."""
        return spdx(self.licence)

    def told(self) -> tuple[str, ...]:
        """Return what the user should know: revision, licence and citation, in this order, then the rest."""
        said = f"{self.name}: revision {self.revision}" if self.revision else self.name
        if self.license:
            said += f", licence {self.license}"
        elif self.licence:
            said += f", licence {self.licence!r}, which is no certain SPDX id: read its terms"
        else:
            said += ", which names no licence: read its terms before you publish"
        cite = (f"cite {self.name}: {self.citation}",) if self.citation else ()
        return (f"{said} ({self.homepage})" if self.homepage else said, *cite, *self.notes)

    def as_source(self) -> dict[str, Any]:
        """Return what the card says of it; see `store.listing.Listing`."""
        names = ("name", "revision", "title", "license", "licence", "citation", "homepage")
        return {name: value for name in names if (value := getattr(self, name))}

    def as_json(self) -> dict[str, Any]:
        """Return the origin as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a dataset, or one split asked for row by row.

    `digest` is "sha256:…" or "md5:…" where known; `hidden` names the columns that are no values of a sample, with
    commas between; `secret` says whether the token of the user may be sent there.
    """

    form: Form
    url: str
    size: int | None = None
    digest: str = ""
    config: str = ""
    split: str = ""
    hidden: str = ""
    secret: bool = field(default=False)

    @property
    def place(self) -> str:
        """Where its rows are within the dataset: "config/split", as far as there is such a thing."""
        return "/".join(one for one in (self.config, self.split) if one)


def origin_of(data: dict[str, Any]) -> Origin:
    """Return an origin that was kept as JSON."""
    return Origin(**{**data, "notes": tuple(data["notes"])})
