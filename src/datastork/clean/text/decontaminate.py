"""Texts that hold parts of evaluation sets."""

from pathlib import Path
from typing import Annotated

from datastork.clean.text._evaluation.runs import evaluation_runs
from datastork.core import Drop, InputFile, Range, step
from datastork.media.text import Text
from datastork.media.text.measures.folded import word_hashes


@step
def decontaminate(
    text: Text,
    *,
    against: Annotated[str | list[str], InputFile()],
    fields: tuple[str, ...] = ("text",),
    words: Annotated[int, Range(3)] = 13,
    above: Annotated[float, Range(0, 1)] = 0.0,
) -> Drop | None:
    """Drop texts that share runs of words with evaluation sets.

    A model trained on such texts knows answers by heart. Words are compared without case and punctuation, in runs of
    13 (Brown and others, "Language Models are Few-Shot Learners", arXiv 2005.14165, appendix C). An evaluation text of
    8 to 12 words is looked for as a whole; with fewer it says too little to be found.

    In a txt file blank lines divide the texts, or each line is one where there are none; jsonl, csv, tsv and parquet
    have a text in each of `fields`, or a list of texts.

    Settings:
        against: the files of the evaluation sets (txt, jsonl, csv, tsv, parquet)
        fields: the fields of the files that hold texts, such as question and answer
        words: how many words in a row must be the same
        above: the greatest share of a text's words in such runs that is kept

    The evidence is that share, and the reason names the file that has most of it.
    """
    import numpy as np

    hashes = word_hashes(text)
    found: dict[str, np.ndarray] = {}
    runs = evaluation_runs([against] if isinstance(against, str) else against, list(fields), words)
    for path, size, places in runs.within(hashes):
        marks = found.setdefault(path, np.zeros(len(hashes), bool))
        marks[(places[:, None] + np.arange(size)).ravel()] = True
    if not found:
        return None
    path, _ = max(found.items(), key=lambda one: (one[1].sum(), one[0]))
    share = float(np.logical_or.reduce(list(found.values())).mean())
    return Drop(f"{100 * share:.3g} % of its words stand in {Path(path).name}", share) if share > above else None
