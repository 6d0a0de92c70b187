"""What a format of annotation files is: how it is recognised, read and written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from datastork.core.questions import LabelClass, Question
from datastork.formats.record import Annotated


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen when annotations are read or written. `Format.options` names those that a format heeds.

    `annotator`  reading: who gave the votes where the file does not say ("coco:train.json" where left out).
                 Writing: only votes of this annotator
    `resolved`   writing: only votes that decide (`CastVote.decides`). Without it and without `annotator`, a format
                 that holds one answer takes the deciding vote, else the first
    `question`   name of the question that is read or written, for formats that hold one
    `created_at` reading: when votes were given where the file does not say (ISO 8601; else the date of the file)
    `names`      writing: the names of classes where they differ from their ids. Both are understood in reading
    `replace`    writing: what already lies there is replaced; otherwise it is refused
    `split`      reading: the split of samples that the file puts in none
    `images`     folder of the images, for formats without their sizes
    `sizes`      (width, height) in pixels by name of sample, likewise
    `fps`        frames per second, for formats without times
    `root`       Label Studio: what is put before names to make addresses, such as "/data/local-files/?d="
    `field`      Label Studio, wide tables: the field or column that names the sample
    `layout`     YOLO: "ultralytics" or "darknet"; Praat: "long" or "short"
    `rotated`    YOLO: boxes as four corners (OBB)
    `base`       VOC and MOT: the number of the first pixel, 0 or 1; None: VOC looks for a 0, MOT takes 1
    `scheme`     CoNLL: "BIO", "BIOES" or "IO"
    `columns`    wide tables: "questions", or "annotators" for one column of each annotator
    `spreadsheet` CSV and TSV: cells that a spreadsheet would run as a formula get a quote before them
    """

    annotator: str | None = None
    resolved: bool = False
    question: str | None = None
    created_at: str | None = None
    names: bool = False
    replace: bool = False
    split: str | None = None
    images: Path | None = None
    sizes: Mapping[str, tuple[int, int]] | None = None
    fps: float | None = None
    root: str = ""
    field: str | None = None
    layout: str | None = None
    rotated: bool = False
    base: int | None = None
    scheme: Literal["BIO", "BIOES", "IO"] = "BIO"
    columns: Literal["questions", "annotators"] = "questions"
    spreadsheet: bool = False


DEFAULTS = Options()
READING = frozenset({"annotator", "question", "created_at", "split"})  # heeded by every format
WRITING = frozenset({"annotator", "resolved", "question", "names", "replace"})


@dataclass(frozen=True, slots=True)
class Refused:
    """One entry of a file that cannot be used: the sample it speaks of ("" where unknown), where it stands, and why."""

    name: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many samples, which files, what a reader should know, and what the format could not hold.

    `lost` counts by kind of loss, such as {"votes of other annotators": 12}; nothing is left out without a count.
    """

    count: int
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    lost: dict[str, int] = field(default_factory=dict)


Read = Callable[[Path, Sequence[Question] | None, Options], Iterator[Annotated | Refused]]
Write = Callable[[Path, Iterable[Annotated], Sequence[Question], Options], Written]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of annotation files.

    `kinds` are the kinds of question it can hold; `suffixes` the ends of its file names; `folder` says that it is a
    folder of files; `sniff(path, head)` says whether a file that begins with `head` (a folder: "") is of the format.
    """

    name: str
    says: str
    kinds: frozenset[str]
    suffixes: tuple[str, ...]
    sniff: Callable[[Path, str], bool]
    reader: Read
    writer: Write
    classed: Callable[[Path, Options], list[LabelClass]]
    options: frozenset[str] = frozenset()
    folder: bool = False
    lossless: bool = False

    def read(
        self, path: Path, questions: Sequence[Question] | None = None, *, options: Options = DEFAULTS
    ) -> Iterator[Annotated | Refused]:
        """Yield what the file says, sample by sample; an entry that cannot be used comes as `Refused`.

        Without `questions`, the first kind of answer found is the question "label", others are named by their kind.
        Raises DataError where the file as a whole cannot be read, SourceError where it is not there.
        """
        return self.reader(path, questions, options)

    def write(
        self, path: Path, samples: Iterable[Annotated], questions: Sequence[Question], *, options: Options = DEFAULTS
    ) -> Written:
        """Write samples in the order given; equal samples give equal bytes. What lies at `path` changes all or not.

        Raises StoreError where something is there already and `options.replace` is not set.
        """
        return self.writer(path, samples, questions, options)

    def classes(self, path: Path, *, options: Options = DEFAULTS) -> list[LabelClass]:
        """Return the classes a file declares, in their order; of a file that declares none, those it uses."""
        return self.classed(path, options)
