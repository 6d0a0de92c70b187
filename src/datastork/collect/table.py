"""Collect from tables: files they name, rows that are samples, cells with media, labels to join."""

from typing import Literal

from datastork.collect._tables.databases import is_database, open_query
from datastork.collect._tables.gather import Mapping
from datastork.collect._tables.join import join_rows
from datastork.collect._tables.listed import list_cells, list_files
from datastork.collect._tables.open import Form, open_tables
from datastork.collect._tables.rows import list_values
from datastork.collect._tables.texts import list_texts
from datastork.core import step
from datastork.core.errors import RecipeError
from datastork.store.listing import Listing


@step
def table(
    found: Listing,
    *,
    path: str,
    file: str | None = None,
    text: str | None = None,
    bytes: str | None = None,  # noqa: A002
    join: Literal["name", "stem", "uri"] | None = None,
    key: str | None = None,
    label: str | None = None,
    annotator: str | None = None,
    votes: list[str] | None = None,
    group: str | None = None,
    license: str | None = None,  # noqa: A002
    author: str | None = None,
    columns: list[str] | None = None,
    types: dict[str, Literal["int", "float", "bool", "text"]] | None = None,
    names: list[str] | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    quotes: bool | None = None,
    sheet: str | None = None,
    query: str | None = None,
    outside: bool = False,
) -> Listing:
    """List what a table names or holds, or join a table to what was listed before.

    CSV, TSV or JSON lines (also `.gz`), Parquet, a spreadsheet, or what a query to a database gives. With `file` the
    rows name files; with `text` a column holds texts; with `bytes` a Parquet column holds files; with `join` the rows
    speak of files listed by steps before; with none of these each row is itself a sample, a record of values. Texts
    and records are taken out of a file once; of one that only grew, its end alone is read again. A database says not
    whether it changed: its query is run by every build. How a CSV is written (delimiter, quotation marks, encoding,
    decimal comma, header) is found, and told where it is unusual. Rows are counted from 0. A bad row (ragged, not
    decodable, broken JSON, no number where `types` wants one) goes to quarantine with its line; a missing file too.
    Nothing is converted silently: values of a CSV stay text, those of other tables have the type they have there. What
    matches nothing, on either side of a join, is told with its number and first names.

    Settings:
    path: the table, or a pattern for several of one kind (`train-*.parquet`), relative to the recipe; or a database:
        `sqlite:///shop.db`, `postgresql://${DB_USER}:${DB_PASSWORD}@host/shop`, `${NAME}` being environment variables;
        `?sslmode=require`, `verify-full`, … and `&sslrootcert=/folder/ca.pem` as PostgreSQL's own clients take them
    file: the column with file paths, relative to the table's folder
    text: the column with the text that is the sample
    bytes: the Parquet column with the media, as bytes or as Hugging Face's struct of bytes and path
    join: what `key` holds: "name" (`1.jpg`, any folder), "stem" (`1`), "uri" (as listed, or from the table)
    key: the column that says which file a row of a join speaks of
    label: the column with the label: a vote of the annotator `table:NAME`; a list gives several votes
    annotator: the column that says who gave the label, for tables with one answer a row
    votes: columns with labels, one column for each annotator; the column's name is the annotator
    group: the column with what a split must not tear apart
    license: the column with the licence, an SPDX id
    author: the column with the author
    columns: the columns to keep beside these; default all, or none where each row is a sample (it holds them)
    types: columns of text to be read as "int", "float" or "bool"
    names: the names of the columns, for a table without a header line
    header: whether the first line of a CSV or a sheet holds the names of the columns; found if not given
    delimiter: what separates the columns of a CSV; found if not given
    encoding: the encoding of a CSV, as Python calls it; found if not given
    quotes: whether quotation marks around a value of a CSV belong to its form (false: to the value); found if not given
    sheet: the sheet of a spreadsheet; the first if not given
    query: what to ask a database: one SELECT, with ORDER BY so that rows keep their numbers
    outside: allow files outside the table's folder, and a database file outside the recipe's

    Example: `path = "labels.csv"`, `join = "name"`, `key = "file"`, `label = "species"` after `collect.files`
    gives every file the vote of the annotator "table:labels.csv".

    Raises RecipeError for settings that cannot be and columns that are not there, SourceError for a table
    that is missing or cannot be read.
    """
    _check(file, text, bytes, join, key, label, annotator)
    whole = file is None and join is None and bytes is None and text is None  # each row is a sample
    mapping = Mapping(
        key=file if file is not None else key,
        label=label,
        annotator=annotator,
        votes=tuple(votes or ()),
        group=group,
        license=license,
        author=author,
        own=tuple(columns) if columns is not None else () if whole else None,
    )
    form = Form(types or {}, names, header, delimiter, encoding, quotes, sheet, query)
    if is_database(path):
        tables = open_query(found.root, path, mapping, form, text=text, outside=outside)
    else:
        tables = open_tables(found.root, path, mapping, form, text=text, cells=bytes, whole=whole)
    if join is not None:
        return join_rows(found, tables, mapping, how=join)
    if file is not None:
        return list_files(found, tables, mapping, outside=outside)
    if bytes is not None:
        return list_cells(found, tables, mapping, column=bytes)
    if text is not None:
        return list_texts(found, tables, mapping, form, column=text)
    return list_values(found, tables, mapping, form)


def _check(
    file: str | None,
    text: str | None,
    cells: str | None,
    join: str | None,
    key: str | None,
    label: str | None,
    annotator: str | None,
) -> None:
    problems: list[str] = []
    given = [
        name for name, value in (("file", file), ("text", text), ("bytes", cells), ("join", join)) if value is not None
    ]
    if len(given) > 1:
        problems.append(f"{' and '.join(given)}: give one of them, or none where each row is a sample")
    if join is not None and key is None:
        problems.append(f"join = {join!r} needs key, the column that names the file")
    if key is not None and join is None:
        problems.append(f"key = {key!r} needs join: 'name', 'stem' or 'uri'")
    if annotator is not None and label is None:
        problems.append("annotator needs label, the column with the answers")
    if problems:
        raise RecipeError(problems)
