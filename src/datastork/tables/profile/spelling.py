"""How the values of a column are spelt: blanks, capitals, slips of the finger, broken characters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from datastork.tables.profile.column import ColumnProfile
from datastork.tables.profile.remark import Remark, listed, quoted, rows_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

LOOKED_AT = 30_000  # distinct values whose spelling is looked at
MOJIBAKE = "Ã[\x80-\xbf©¨¤¶¼±§]|â€|Â[\x80-\xbf£©°]|\ufffd|ï»¿"
ENTITY = r"&(?:amp|lt|gt|quot|nbsp|apos|#[0-9]{1,5});?"
COMMON = 5  # rows of a value that others may be misspelt forms of
RARER = 10  # times as frequent as the misspelt form
COMPARED = 1_000  # frequent values, and rare ones, that are held against each other
DENSE = 0.05  # share of frequent values with another one so near, above which nearness tells no slips
LETTERS = 5  # of a word in which one slip can be told from another word


def remarks_on_spelling(one: ColumnProfile) -> Iterator[Remark]:
    """Yield blanks around values, values that differ in capitals only, broken characters, marks of web pages."""
    import pyarrow as pa
    import pyarrow.compute as pc

    name = one.name
    texts = pa.array(one.column.values[:LOOKED_AT], pa.large_string())
    counts = pa.array(one.column.counts[:LOOKED_AT])

    def rows(mask: "pa.Array") -> int:
        return int(pc.sum(counts.filter(mask)).as_py() or 0)

    around = rows(pc.match_substring_regex(texts, r"^\s+\S|\S\s+$"))
    if around:
        text = f"{name}: blanks before or after the value in {rows_of(around)}: with them they are other values."
        yield Remark((name,), "blanks", 2, text)
    for about, pattern, what in (
        ("mojibake", MOJIBAKE, "broken characters, read in the wrong encoding"),
        ("entities", ENTITY, "marks of web pages (&amp;)"),
    ):
        bad = pc.match_substring_regex(texts, pattern)
        if pc.any(bad).as_py():
            text = f"{name}: {what} in {rows_of(rows(bad))}, such as {quoted(texts.filter(bad)[0].as_py())}."
            yield Remark((name,), about, 2, text)
    if one.kind.name in ("category", "code", "boolean", "text") and one.distinct > 1:
        yield from _variants(one, texts)
        yield from _misspelt(one)


def _variants(one: ColumnProfile, texts: "pa.Array") -> Iterator[Remark]:
    import pyarrow as pa
    import pyarrow.compute as pc

    folded = pc.utf8_lower(pc.replace_substring_regex(pc.utf8_trim_whitespace(texts), r"\s+", " "))
    if pc.count_distinct(folded).as_py() == len(folded):
        return
    table = pa.table({"folded": folded, "text": texts, "rows": pa.array(one.column.counts[:LOOKED_AT])})
    groups = table.group_by("folded").aggregate([("text", "list"), ("rows", "list"), ([], "count_all")])
    several = groups.filter(pc.greater(groups["count_all"], 1))
    if not several.num_rows:
        return
    found = sorted(
        (sum(rows) - max(rows), [text for _, text in sorted(zip([-r for r in rows], some, strict=True))])
        for some, rows in zip(several["text_list"].to_pylist(), several["rows_list"].to_pylist(), strict=True)
    )
    fewer = sum(rows for rows, _ in found)
    example = " and ".join(quoted(text) for text in found[-1][1][:2])
    values = "one value is" if len(found) == 1 else f"{len(found):,} values are"
    text = f"{one.name}: {values} written in several ways ({example}), {rows_of(fewer)} in a rarer one."
    yield Remark((one.name,), "variants", 2, text)


def _misspelt(one: ColumnProfile) -> Iterator[Remark]:
    """Yield rare values that are one slip (two in more than ten letters) away from a frequent one."""
    import numpy as np
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    counts = one.column.counts
    order = np.argsort(-counts, kind="stable")
    often = int(np.searchsorted(-counts[order], -COMMON, side="right"))
    common = [at for at in order[: 2 * COMPARED].tolist()[:often] if _is_word(one.column.values[at])][:COMPARED]
    if not common:
        return
    seldom = order[np.searchsorted(-counts[order], -(counts[common[0]] // RARER)) :][: 2 * COMPARED].tolist()
    rare = [at for at in seldom if _is_word(one.column.values[at])][:COMPARED]
    texts = one.column.values
    if not rare or _dense([texts[at].lower() for at in common], counts[common]):
        return
    apart = cdist([texts[at].lower() for at in rare], [texts[at].lower() for at in common],
                  scorer=Levenshtein.distance, score_cutoff=2, dtype=np.uint8)  # fmt: skip
    found = []
    for row, at in enumerate(rare):
        allowed = 1 + (len(texts[at]) > 10)
        near = np.flatnonzero((apart[row] > 0) & (apart[row] <= allowed) & (counts[common] >= RARER * counts[at]))
        if len(near):
            found.append((at, common[int(near[0])]))
    if found:
        rows = int(sum(counts[at] for at, _ in found))
        found.sort(key=lambda pair: (len(texts[pair[0]]), texts[pair[0]]))
        told = listed((f"{quoted(texts[at])} for {quoted(texts[meant])}" for at, meant in found), 3)
        text = f"{one.name}: {rows_of(rows)} may be misspelt: {told}."
        yield Remark((one.name,), "misspelt", 2, text)


def _dense(words: list[str], counts: "np.ndarray") -> bool:
    """Whether values about as frequent as each other are as near to each other as slips are, as surnames are."""
    import numpy as np
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    apart = cdist(words, words, scorer=Levenshtein.distance, score_cutoff=2)
    alike = np.minimum(counts[:, None], counts) * RARER > np.maximum(counts[:, None], counts)
    near = ((apart > 0) & (apart <= 2) & alike).any(axis=1)
    return bool(near.mean() > DENSE)


def _is_word(text: str) -> bool:
    return LETTERS <= len(text) <= 60 and not any(letter.isdigit() for letter in text)
