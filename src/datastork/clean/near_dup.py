"""Set aside near-duplicates: samples that show or say the same thing with small differences."""

from typing import TYPE_CHECKING, Annotated, Literal

from datastork.clean._choice import choose
from datastork.clean._copies import copy_reasons, labels_in_words
from datastork.clean._preference import ranks, worth
from datastork.core import Frame, Range, Scratch, step
from datastork.core.errors import BuildError
from datastork.media.alike import names, near_pairs, stored
from datastork.media.fingerprint import Fingerprint
from datastork.media.modality import modality
from datastork.media.stored import Media
from datastork.media.ties import components
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.media.modality import Pairs


@step(needs=(Fingerprint, Media), remembers=("state",))
def near_dup(
    frame: Frame,
    *,
    threshold: Annotated[float, Range(0, 1)] | None = None,
    keep: Literal["largest", "longest", "first", "best", "all"] = "largest",
    best_by: str | None = None,
    priority: list[str] | None = None,
    chained: bool | None = None,
    mirrored: bool = False,
    rotated: bool = False,
    scratch: Annotated[str | None, Scratch()] = None,
) -> Frame:
    """Keep one of the samples that are nearly the same.

    Images are alike by what they show, videos by seven of their frames. Sounds are alike by how bands of frequencies
    rise and fall against one another (150 to 3600 Hz) at the best shift in time: copies encoded anew, resampled, made
    louder or cut at the ends are found, faster or slower ones are not; of sounds below half a second some are
    missed. Texts are alike by the part of all their runs of five words that both
    have (Jaccard similarity), whatever the case and punctuation of the words; in scripts written without
    spaces, such as Chinese and Thai, each character counts as a word. Candidates are found by MinHash and
    compared exactly, so a drop is never a guess; of pairs just at 0.7 some 0.5 % are missed, below 0.5 many.
    Texts of fewer than 20 words, and texts without any, are dropped only where another has the same content,
    white space apart.

    Samples are gone through by preference: by `priority`, then those kept in the last version first, then as
    `keep` says, then by id. A sample directly similar to one already kept is dropped, with the similarity as
    evidence. One that is only tied to a kept sample through others is dropped too where `chained` (evidence:
    the similarity to its nearest), unless it was kept in the last version. The reason says when the two carry
    different labels. All samples tied by similarity, directly or through others, get one `cluster` (named after
    the smallest id), which no split tears apart; `copy_of` is the id of the kept sample that stands for a
    dropped one.

    threshold: how similar two samples must be to count as the same (0 to 1; 1 is the same pixels or words); by
        default what suits the modality: 0.9 for images and videos, 0.7 for texts, 0.6 for sounds
    keep: "largest" prefers more pixels, then more seconds (to a tenth), then more bytes; "longest" more characters,
        then the same; "first" the smallest address; "best" the highest `best_by`; "all" marks the clusters and drops
        none
    best_by: the column of numbers of which "best" keeps the highest; samples without a number come last
    priority: addresses (`uri`) whose samples are preferred over all others, the most preferred first: each the
        beginning of an address ("eval/"), or with * and ? a whole one ("*/wikipedia/*.jsonl*")
    chained: whether samples similar only through others count as the same; by default true for texts, false for
        all else
    mirrored: whether a mirror image counts as the same
    rotated: whether an image turned by 90, 180 or 270 degrees counts as the same

    Source: Broder, On the resemblance and containment of documents, 1997 (texts); Haitsma and Kalker, A highly robust
    audio fingerprinting system, 2002 (sounds).
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if (keep == "best") != (best_by is not None):
        raise BuildError("keep = 'best' and best_by = COLUMN go together")
    size = {**dict.fromkeys(("media_size", "width", "height", "characters"), "int64"), "seconds": "float64"}
    text = {"label": "string", "cluster": "string", "state_before": "string", "copy_of": "string"}
    wanted = ["uri", "votes", "media_modality", "fingerprint", *([best_by] if best_by else [])]
    table = take(frame, *wanted, **size, **text)
    pairs = near_pairs(
        table["media_modality"],
        table["fingerprint"],
        threshold=threshold,
        media=stored(frame, table["id"]),
        mirrored=mirrored,
        rotated=rotated,
        scratch=scratch,
    )
    table = table.drop_columns(["fingerprint"])
    changed = {"id": table["id"], "cluster": _clusters(table, pairs)}
    if keep == "all":
        return put(frame, pa.table(changed))

    rows = np.unique(np.concatenate([pairs.first, pairs.second]))
    some = table.take(rows)
    first, second = np.searchsorted(rows, pairs.first), np.searchsorted(rows, pairs.second)
    choice = choose(
        ranks(some, keep, worth(some, best_by) if best_by else None, priority or []),
        first,
        second,
        pairs.similarity,
        root=components(len(rows), first, second),
        bound=_bound(some, chained),
    )
    dropped, kept, labels = pa.array(choice.dropped), pa.array(choice.kept), labels_in_words(some)
    direct = copy_reasons(some, dropped, kept, "near-duplicate of", labels)
    through = copy_reasons(some, dropped, kept, "near-duplicate through others of", labels)
    reasons = pc.if_else(pa.array(choice.through), through, direct)

    place = np.full(table.num_rows, -1)
    place[rows[choice.dropped]] = np.arange(len(dropped))
    where = pa.array(place, mask=place < 0)
    changed["copy_of"] = pc.coalesce(
        some["id"].combine_chunks().take(kept).take(where).cast("string"), table["copy_of"]
    )
    changed["drop_reason"] = reasons.take(where)
    changed["drop_evidence"] = pa.array(choice.similarity).take(where)
    return put(frame, pa.table(changed))


def _bound(some: "pa.Table", chained: bool | None) -> "np.ndarray":
    """Return which samples go where anything tied to them stays: new ones, of modalities that chain."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = [name for name in names(some["media_modality"]) if (modality(name).chained if chained is None else chained)]
    chain = pc.is_in(some["media_modality"].cast("string"), pa.array(kinds, pa.string()))
    new = pc.fill_null(pc.not_equal(some["state_before"], "kept"), True)
    return np.asarray(pc.and_(chain, new))


def _clusters(table: "pa.Table", pairs: "Pairs") -> "pa.Array":
    """Return each row's cluster, of what `pairs` or earlier clusters tie together; null for a row alone."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = table.num_rows
    earlier = table["cluster"].combine_chunks()
    held = np.flatnonzero(pc.is_valid(earlier).to_numpy(zero_copy_only=False))
    code = earlier.dictionary_encode().indices.take(pa.array(held)).to_numpy(zero_copy_only=False)
    tags = count + code.astype(np.int64)
    root = components(count + len(held), np.concatenate([pairs.first, held]), np.concatenate([pairs.second, tags]))[
        :count
    ]
    members = np.flatnonzero(np.bincount(root, minlength=count)[root] > 1)
    members = np.union1d(members, held)
    # the smallest id; a name given earlier counts too, so that samples dropped since still agree with it
    names = pa.concat_arrays([table["id"].combine_chunks().cast("string"), earlier.cast("string")])
    names = pc.unique(names.drop_null()).sort()
    smallest = np.full(count, len(names))
    np.minimum.at(smallest, root[members], pc.index_in(table["id"].cast("string"), names).to_numpy()[members])
    if len(held):
        np.minimum.at(smallest, root[held], pc.index_in(earlier.take(pa.array(held)), names).to_numpy())
    result = np.full(count, -1)
    result[members] = smallest[root[members]]
    return names.take(pa.array(result, mask=result < 0))
