"""A query of a database gives rows; it can only read, and nothing tells a password."""

import json
import sqlite3

import pytest
from tests.store.votes.conftest import authority as authority
from tests.store.votes.conftest import encrypted as encrypted
from tests.store.votes.conftest import postgres as postgres

from datastork.collect.table import table
from datastork.core.errors import RecipeError, SourceError
from datastork.media.row import MODALITY
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes

SECRET = "hunter2"


def ask(root, query="select * from orders order by id", path="sqlite:///shop.db", **settings):
    return table(Listing.empty(root), path=path, query=query, **settings)


def values(found):
    places = found.table["media_place"].to_pylist()
    return [None if place is None else MODALITY.decode(read_bytes(found.root, place)).values for place in places]


@pytest.fixture
def shop(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table orders (id integer, zip text, price real, photo blob)")
        rows = [(0, "02801", 1.5, None), (1, "1-2", None, None), (2, "x", 2.0, b"\0")]
        database.executemany("insert into orders values (?, ?, ?, ?)", rows)
    database.close()
    return tmp_path


def test_rows_keep_the_types_of_the_database(shop):
    found = ask(shop, label="zip", columns=["id"])
    assert values(found) == [
        {"id": 0, "zip": "02801", "price": 1.5, "photo": None},
        {"id": 1, "zip": "1-2", "price": None, "photo": None},
        None,
    ]
    assert found.table["problem"].to_pylist() == [None, None, "row 2: photo holds bytes, which a row cannot"]
    uris = found.table["uri"].to_pylist()
    assert [uri.partition("?")[0] for uri in uris] == ["shop.db"] * 3
    assert uris != ask(shop, "select id from orders order by id").table["uri"].to_pylist()
    assert found.table["votes"][0].as_py()[0] == {"annotator": "table:shop.db", "value": "02801", "confidence": 1.0}


def test_what_did_not_change_is_not_kept_twice_and_what_changed_is_seen(shop):
    query = "select id, zip from orders order by id"
    first = ask(shop, query)
    assert ask(shop, query).table.equals(first.table)
    with sqlite3.connect(shop / "shop.db") as database:
        database.execute("update orders set zip = 'new' where id = 1")
    database.close()
    again = ask(shop, query)
    assert [row["zip"] for row in values(again)] == ["02801", "new", "x"]
    assert again.table["media_content"][0] == first.table["media_content"][0]
    assert len(list((shop / ".stork/collected").glob("*.values"))) == 1


def test_a_query_without_an_order_is_told_and_names_are_made_different(shop):
    found = ask(shop, "select id, zip as id from orders;")
    assert "the query has no ORDER BY" in found.notes[0]
    assert values(found)[0] == {"id": 0, "id_2": "02801"}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("drop table orders", RecipeError),
        ("", RecipeError),
        ("select 1; drop table orders", SourceError),
        ("with a as (select 1) insert into orders (id) select * from a", SourceError),
        ("select load_extension('x')", SourceError),
        ("/* select */ attach 'other.db' as o", RecipeError),
        ("select * from pragma_database_list", SourceError),
        ("select nothing from orders", SourceError),
        ("select id from orders order by", SourceError),
    ],
)
def test_a_query_can_do_nothing_but_read(shop, query, error):
    before = (shop / "shop.db").read_bytes()
    with pytest.raises(error):
        ask(shop, query)
    assert (shop / "shop.db").read_bytes() == before


def test_a_file_stays_in_the_folder_of_the_recipe_unless_allowed(shop):
    (shop / "inner").mkdir()
    (shop / "inner/link.db").symlink_to(shop / "shop.db")
    for path in ("sqlite:///../shop.db", f"sqlite:///{shop}/shop.db", "sqlite:///link.db"):
        with pytest.raises(RecipeError, match="outside = true"):
            ask(shop / "inner", path=path)
        assert len(values(ask(shop / "inner", path=path, outside=True))) == 3
    with pytest.raises(SourceError, match="no such database"):
        ask(shop, path="sqlite:///gone.db")


@pytest.mark.parametrize(
    "path",
    [
        f"postgresql://ann:{SECRET}@127.0.0.1:1/shop",
        "postgresql://ann:${SHOP_PASSWORD}@127.0.0.1:1/shop",
        "${SHOP}",
        f"mysql://ann:{SECRET}@127.0.0.1/shop",
        "postgresql://ann:${SHOP_PASSWORD}@127.0.0.1:1/shop?password=x",
        "postgresql://${GONE}@127.0.0.1:1/shop",
    ],
)
def test_no_message_tells_a_password(tmp_path, monkeypatch, path):
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    monkeypatch.setenv("SHOP", f"postgresql://ann:{SECRET}@127.0.0.1:1/shop")
    with pytest.raises((RecipeError, SourceError)) as caught:
        ask(tmp_path, path=path)
    whole = caught.value
    while whole is not None:
        assert SECRET not in f"{whole} {getattr(whole, 'hint', '')}"
        whole = None if whole.__suppress_context__ else whole.__cause__ or whole.__context__


def test_a_column_that_is_not_there_is_told(shop):
    with pytest.raises(RecipeError, match=r"label: shop\.db has no column 'zpi'; did you mean 'zip'"):
        ask(shop, label="zpi")


def test_postgresql_gives_rows_by_a_cursor_and_cannot_write(tmp_path, monkeypatch, postgres):
    monkeypatch.setenv("SHOP", postgres)
    monkeypatch.setattr("datastork.collect._tables.databases.BATCH", 100)
    query = """select n as id, lpad(n::text, 5, '0') as zip, (n * 1.10)::numeric(8, 2) as price,
               date '2024-05-01' as day, n % 2 = 0 as even, array[n] as list, '100%' as share
               from generate_series(1, 350) as n order by n"""
    found = ask(tmp_path, query, path="${SHOP}", label="even")
    rows = values(found)
    assert len(rows) == 350
    assert rows[0] == {
        "id": 1, "zip": "00001", "price": "1.10", "day": "2024-05-01", "even": False, "list": [1], "share": "100%",
    }  # fmt: skip
    assert found.table["uri"][0].as_py().startswith("postgresql://127.0.0.1/postgres?")
    for wrong in ("select 1; create table x (a int)", "with a as (select 1) select nextval('nothing')", "select 1/0"):
        with pytest.raises(SourceError):
            ask(tmp_path, wrong, path="${SHOP}")
    assert json.dumps(sorted(rows[5])) == '["day", "even", "id", "list", "price", "share", "zip"]'


def test_the_address_says_how_the_connection_is_encrypted(tmp_path, monkeypatch, encrypted, authority):
    query = "select ssl from pg_stat_ssl where pid = pg_backend_pid() order by ssl"
    monkeypatch.setenv("AUTHORITY", str(authority))
    wanted = {"": True, "?sslmode=disable": False, "?sslmode=require": True,
              "?sslmode=verify-full&sslrootcert=${AUTHORITY}": True}  # fmt: skip
    for options, is_encrypted in wanted.items():
        assert values(ask(tmp_path, query, path=encrypted + options)) == [{"ssl": is_encrypted}]
    with pytest.raises(SourceError, match=r"self.signed certificate"):
        ask(tmp_path, query, path=f"{encrypted}?sslmode=verify-full")
    with pytest.raises(RecipeError, match="did you mean 'verify-full'"):
        ask(tmp_path, query, path=f"{encrypted}?sslmode=verify-fully")
    with pytest.raises(RecipeError, match="no options behind"):
        ask(tmp_path, path="sqlite:///shop.db?mode=rw")
