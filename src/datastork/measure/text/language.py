"""Which languages the texts are in."""

from typing import TYPE_CHECKING, Annotated

from datastork.core import Findings, Frame, Range, step
from datastork.core.findings import Cell, Table, plural
from datastork.measure._tables import SHOWN, count_table, tally
from datastork.measure.text._sample import only_texts, sample
from datastork.media.stored import Media
from datastork.media.text import Text
from datastork.media.text.measures.language import Language
from datastork.store.columns import take

if TYPE_CHECKING:
    import pyarrow as pa

UNKNOWN = "not told"
UNSURE = 0.5  # probability below which a language is a guess
RARE = 0.01  # share of the texts below which a language may be there by mistake alone
MANY_UNSURE = 0.1  # share of unsure texts from which a warning is due


@step(needs=(Media,))
def language(frame: Frame, *, characters: Annotated[int, Range(1000, 500_000_000)] = 2_000_000) -> Findings:
    """Count the languages of the texts, over all, by label and by split.

    Where `clean.text.language` or `clean.text.keep_language` told the language of every sample, its columns are
    counted; else it is told here, of a sample of the texts. `languages` in the numbers is how many there are,
    and each code (ISO 639-1, or 639-3) has its number of texts. Texts with too few letters to tell are "not
    told". Warns where more than a tenth of the texts are less than half sure.

    characters: how much is read where no step before told the language, of texts drawn by id (characters)
    """
    import pyarrow.compute as pc

    columns = {"language": "string", "language_probability": "double", "label": "string", "split": "string"}
    told = "language" in frame.column_names
    if told:
        table = take(only_texts(frame), **columns)
        said = f"all {table.num_rows:,} texts"
    else:
        table, said = _told(frame, characters)
    title = "Languages"
    numbers: dict[str, Cell] = {"texts_measured": table.num_rows, "told_by_a_step": told}
    if not table.num_rows:
        return Findings(title, ("There are no texts.",), (), numbers)
    table = table.set_column(table.column_names.index("language"), "language", pc.fill_null(table["language"], UNKNOWN))
    counts = tally(table["language"])
    known = [name for name, _ in counts if name != UNKNOWN]
    numbers["languages"] = len(known)
    numbers |= dict(counts)
    unsure = pc.and_(pc.less(table["language_probability"], UNSURE), pc.not_equal(table["language"], UNKNOWN))
    guessed = int(pc.sum(unsure, min_count=0).as_py() or 0)
    numbers["unsure"] = guessed
    tables = [count_table("Languages of the texts", "language", counts, table.num_rows)]
    tables += [found for column in ("label", "split") if (found := _by(table, column, known))]
    first = f"{counts[0][0]} is the commonest, with {counts[0][1] / table.num_rows:.1%} of them"
    sentences = [f"{plural(len(known), 'language')} in {said}; {first}."]
    rare = sum(name != UNKNOWN and count < RARE * table.num_rows for name, count in counts)
    if rare:
        sentences.append(f"{plural(rare, 'language')} told of less than {RARE:.0%} of the texts may be mistakes.")
    warnings = []
    if guessed > MANY_UNSURE * table.num_rows:
        warnings.append(
            f"The language of {guessed / table.num_rows:.0%} of the texts is a guess: short texts, code, or several "
            "languages in one."
        )
    return Findings(title, sentences, warnings, numbers, tables)


def _told(frame: Frame, characters: int) -> tuple["pa.Table", str]:
    """Return a sample of the texts with their languages, and how many they are, in words."""
    import pyarrow as pa

    found = sample(frame, characters, label="string", split="string")
    facts = [Language.of(Text(text)) for text in found.texts]
    table = found.rows.append_column("language", pa.array([one.language for one in facts], pa.string()))
    sure = pa.array([one.language_probability for one in facts], pa.float64())
    return table.append_column("language_probability", sure), found.said


def _by(table: "pa.Table", column: str, known: list[str]) -> Table | None:
    """Return the languages of each label or split; None where there are no two of either."""
    groups = tally(table[column])
    if len(groups) < 2 or len(known) < 2:
        return None
    each = table.group_by([column, "language"]).aggregate([([], "count_all")]).to_pylist()
    cells = {(row[column], row["language"]): row["count_all"] for row in each}
    shown = known[:6]
    rows: list[list[Cell]] = []
    for name, count in groups[:SHOWN]:
        own = [cells.get((name, code), 0) for code in shown]
        rows.append([name, count, *own, count - sum(own)])
    return Table(f"Languages by {column}", (column, "texts", *shown, "others"), rows, "texts")
