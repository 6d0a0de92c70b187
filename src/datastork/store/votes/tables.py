"""The tables of votes.

Only `votes` is the record; nothing changes or removes a row of it (triggers refuse). `stale`, `answers` and the
counters in `items`, `annotators` and `desk` follow from it and from what owners set; `store.audit()` proves that.
"""

import sqlalchemy as sa

META = sa.MetaData()
WHERE = "where"  # which rows an index has (`Index.info`): as an argument it would load what knows PostgreSQL
WHOLE, REAL = sa.BigInteger, sa.Double
KEY = WHOLE().with_variant(sa.Integer, "sqlite")  # an INTEGER PRIMARY KEY is SQLite's own row number
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=null)


def _whole(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False, server_default=str(default))


def _real(name: str, null: bool = True) -> sa.Column[float]:
    return sa.Column(name, REAL, nullable=null)


def _table(name: str, *columns: sa.Column[str] | sa.Column[int] | sa.Column[float], rowid: bool = False) -> sa.Table:
    return sa.Table(name, META, *columns, sqlite_with_rowid=rowid)


def _primary(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, primary_key=True, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, KEY, primary_key=True, autoincrement=False)


meta = _table("meta", _primary("key"), _text("value"))

votes = _table(
    "votes",
    _number("seq"),  # order in which votes were committed
    _text("uuid"),
    _text("sample"),
    _text("question"),
    _text("annotator"),
    _text("value", null=True),  # JSON; null: a skip, or taken back
    _real("confidence"),
    sa.Column("difficulty", WHOLE),
    sa.Column("prominence", WHOLE),
    _real("seconds"),
    _text("device", null=True),
    _whole("schema_version", 1),
    _text("suggestion", null=True),  # JSON
    _text("suggestion_by", null=True),
    sa.Column("changed", WHOLE),
    _text("created_at"),
    _text("skipped", null=True),
    _whole("repeat"),
    _text("replaces", null=True),
    _whole("decides"),
    rowid=True,
)
sa.Index("votes_uuid", votes.c.uuid, unique=True)
sa.Index("votes_sample", votes.c.sample, votes.c.annotator)
sa.Index("votes_annotator", votes.c.annotator, votes.c.seq)
sa.Index("votes_replaces", votes.c.replaces, info={WHERE: "replaces IS NOT NULL"})

# votes that are no longer current, and since when: the seq of the vote that revised or took them back
stale = _table("stale", _number("seq"), _whole("by"), rowid=True)

# who has answered what: for each sample and annotator the newest current vote
answers = _table(
    "answers",
    _primary("sample"),
    _number("annotator"),
    _number("decides"),  # 1: a decision of a reviewer, which is no answer to the question of the queue
    _whole("seq"),
    _text("skipped", null=True),  # a reason where all votes of this annotator are skips
    _whole("repeats"),  # how often it was answered again, for consistency
)
sa.Index("answers_annotator", answers.c.annotator, answers.c.seq)

items = _table(
    "items",
    _primary("sample"),
    _whole("place"),
    _whole("shuffle"),
    sa.Column("rank", REAL, nullable=False, server_default="0"),  # minus the uncertainty
    _whole("wanted", 1),
    _whole("answered"),
    _whole("skips"),
    _whole("leased"),
    _text("taken"),  # ",3,17,": numbers of the annotators who answered, skipped or hold it
    _whole("free"),  # 0 nobody may get it; 1 whoever is not in `taken` may; 2 the same, in the pilot round
    _whole("gone"),  # the table of samples has it no longer
    _text("closed", null=True),  # why an owner closed it
    _text("aside", null=True),  # why several annotators skipped it
    _whole("decided"),
    _whole("gold"),
    _whole("since"),  # votes up to this seq do not count: it was opened again
    _real("probability"),
    _whole("round"),  # of the pilot it belongs to
    _whole("seen"),  # the sync that saw it last
    _text("grp", null=True),
)
for _order in ("place", "shuffle", "rank"):
    sa.Index(
        f"items_{_order}",
        items.c.free,
        items.c.taken,
        items.c[_order],
        items.c.sample,
        info={WHERE: "free > 0"},
    )
for _flag in ("aside", "gold", "round"):
    _is = "aside IS NOT NULL" if _flag == "aside" else f"{_flag} > 0"
    sa.Index(f"items_{_flag}", items.c[_flag], items.c.shuffle, info={WHERE: _is})

shown = _table("shown", _primary("sample"), _text("media"), _text("columns", null=True))
leases = _table("leases", _primary("sample"), _number("annotator"), _real("until", null=False), _whole("repeat"))
sa.Index("leases_until", leases.c.until)
sa.Index("leases_annotator", leases.c.annotator)

desk = _table(
    "desk",  # one row: what the queue needs to know at once
    _number("id"),
    _whole("votes"),
    _whole("last"),
    _whole("total"),
    _whole("done"),
    _whole("overlap", 1),
    _real("sure"),
    _whole("most", 5),
    _whole("adopting"),  # 1: these rules have not reached all items yet
    _whole("sync"),
    _whole("version"),
    _whole("round"),
    _whole("round_wanted", 2),
    _whole("round_active"),
    _whole("changes"),  # of taxonomies and gold: what else changes the meaning of votes
)

annotators = _table(
    "annotators",
    _number("id"),
    _text("name"),
    _text("role"),
    _text("created_at"),
    _whole("disabled"),
    _whole("given"),  # how many tasks were handed out: the position in the order of gold and repeats
    _whole("answered"),
    _whole("waiting"),  # of those answered, the ones that still want other annotators
    rowid=True,
)
sa.Index("annotators_name", annotators.c.name, unique=True)

invites = _table(
    "invites",
    _number("id"),
    _text("hash"),
    _text("role"),
    _text("label"),
    _text("name", null=True),  # whose: the link of one annotator who comes back
    _whole("uses"),
    _real("expires", null=False),
    _text("created_at"),
    _text("by", null=True),
    rowid=True,
)
sa.Index("invites_hash", invites.c.hash, unique=True)
sessions = _table(
    "sessions",
    _primary("hash"),
    _whole("annotator"),
    _text("created_at"),
    _real("expires", null=False),
    _real("seen", null=False),
    _text("device", null=True),
)
sa.Index("sessions_annotator", sessions.c.annotator)

gold = _table(
    "gold",
    _primary("sample"),
    _primary("question"),
    _text("value"),
    _text("says"),
    _text("by", null=True),
    _text("at"),
)
comments = _table(
    "comments",
    _number("seq"),
    _text("uuid"),
    _text("sample"),
    _text("annotator"),
    _text("kind"),
    _text("text"),
    _text("reply_to", null=True),
    _text("created_at"),
    _text("resolved_by", null=True),
    _text("resolved_at", null=True),
    rowid=True,
)
sa.Index("comments_uuid", comments.c.uuid, unique=True)
sa.Index("comments_sample", comments.c.sample)
drafts = _table("drafts", _primary("sample"), _primary("annotator"), _text("answers"), _text("at"))
migrations = _table(
    "migrations",
    _number("id"),
    _text("question"),
    _text("kind"),
    _text("old"),  # JSON list of class ids
    _text("new"),  # JSON list of class ids
    _whole("version"),  # the version of the question from which it holds
    _text("by"),
    _text("why"),
    _text("at"),
    rowid=True,
)
hints = _table(
    "hints",
    _primary("sample"),
    _primary("question"),
    _text("value"),
    _text("by"),
    _real("probability"),
)
captures = _table(
    "captures",
    _primary("uuid"),
    _whole("number"),
    _text("annotator"),
    _text("class"),
    _text("kind"),
    _text("consent"),
    _text("consent_hash"),
    _text("code_hash"),
    _text("file"),
    _text("content"),
    _text("mime"),
    _real("seconds"),
    _text("device", null=True),
    _text("created_at"),
    _text("withdrawn_at", null=True),
)
sa.Index("captures_code", captures.c.code_hash)
settings = _table("settings", _primary("key"), _text("value"))
