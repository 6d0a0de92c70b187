"""`collect.archive.posts` reads what services hand out, and no more of it than was asked for."""

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import datastork
from datastork.collect._archive.saved_posts import Notes, activity, entries, tweet
from datastork.collect.archive.posts import posts
from datastork.core.errors import RecipeError, SourceError
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def one_tweet(text: str, **more: Any) -> dict[str, Any]:
    entities = {"hashtags": [{"text": word[1:]} for word in text.split() if word[0] == "#"], "urls": []}
    return {
        "tweet": {
            "id_str": "1",
            "full_text": text,
            "created_at": "Fri Jan 31 12:00:00 +0000 2020",
            "favorite_count": "3",
            "retweet_count": "1",
            "lang": "en",
            "entities": entities,
            **more,
        }
    }


def part(kind: str, found: list[Any], number: int = 0) -> str:
    return f"window.YTD.{kind}.part{number} = {json.dumps(found, indent=1)}"


ACCOUNT = part(
    "account", [{"account": {"username": "ann_finch", "accountId": "123456789", "email": "ann@example.org"}}]
)


def archive(root: Path, files: dict[str, str], name: str = "x.zip") -> Path:
    with zipfile.ZipFile(root / name, "w", zipfile.ZIP_DEFLATED) as file:
        for member, text in files.items():
            file.writestr(member, text)
    return root / name


def collect(root: Path, path: str | list[str] = "x.zip", **settings: Any) -> Listing:
    return posts(Listing.empty(root), path=path, **settings)


def texts(found: Listing) -> list[str | None]:
    places = found.table["media_place"].to_pylist()
    return [None if place is None else read_bytes(found.root, place).decode() for place in places]


def test_tweets_of_all_parts_become_samples(tmp_path: Path) -> None:
    archive(
        tmp_path,
        {
            "data/account.js": ACCOUNT,
            "data/tweets.js": part("tweets", [one_tweet("A wren &amp; a robin &lt;3"), one_tweet("Two")]),
            "data/tweets-part10.js": part("tweets", [one_tweet("Eleven", lang=None)], 10),
            "data/tweets-part2.js": part("tweets", [one_tweet("Three")], 2) + ";\n",
            "data/deleted-tweets.js": part("deleted_tweets", [one_tweet("taken back")]),
            "data/direct-messages.js": "private",
        },
    )

    for _ in range(2):
        found = collect(tmp_path)
        assert texts(found) == ["A wren & a robin <3", "Two", "Three", "Eleven"]
    row = found.table.to_pylist()[0]
    assert row["uri"] == "x.zip!/data/tweets.js#1"
    assert (row["posted"], row["post_language"], row["likes"], row["reposts"]) == ("2020-01-31T12:00:00Z", "en", 3, 1)
    assert (row["kind"], row["hashtags"], row["author"]) == ("post", None, None)
    assert len(set(found.table["group"].to_pylist())) == 1
    for path in (tmp_path / ".stork").rglob("*"):
        assert path.is_dir() or not any(
            word in path.read_bytes() for word in (b"ann_finch", b"123456789", b"example.org")
        )


def test_the_same_account_has_one_stand_in_whatever_the_archive(tmp_path: Path) -> None:
    files = {"twitter-2020/data/account.js": ACCOUNT, "twitter-2020/data/tweet.js": part("tweet", [one_tweet("One")])}
    archive(tmp_path, files, "a.zip")
    for member, text in files.items():
        (tmp_path / "b" / member).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "b" / member).write_text(text)
    archive(tmp_path, {"data/tweets.js": part("tweets", [one_tweet("Two")])}, "other.zip")

    found = collect(tmp_path, ["a.zip", "b/twitter-2020", "other.zip"])

    assert found.table["uri"].to_pylist() == [
        "a.zip!/twitter-2020/data/tweet.js#1", "b/twitter-2020/data/tweet.js#1", "other.zip!/data/tweets.js#1",
    ]  # fmt: skip
    one, two, three = found.table["group"].to_pylist()
    assert one == two != three


def test_links_are_written_out_and_pictures_left_out(tmp_path: Path) -> None:
    media = [{"url": "https://t.co/pic", "media_url_https": "https://pbs.twimg.com/media/1.jpg"}]
    urls = [{"url": "https://t.co/1", "expanded_url": "https://example.org/wren"}, {"url": "", "expanded_url": "no"}]
    text = "See https://t.co/1 https://t.co/pic"
    made = one_tweet(
        text, entities={"urls": urls, "media": media, "hashtags": []}, extended_entities={"media": media * 2}
    )
    archive(tmp_path, {"data/tweets.js": part("tweets", [made])})

    assert texts(collect(tmp_path)) == ["See https://example.org/wren"]
    assert "attachments" not in collect(tmp_path).table.column_names
    listed = collect(tmp_path, attachments=True).table["attachments"].to_pylist()
    assert listed == ["https://pbs.twimg.com/media/1.jpg https://pbs.twimg.com/media/1.jpg"]


def test_long_posts_have_their_whole_text(tmp_path: Path) -> None:
    whole = "The wren is a small bird of the hedge. " * 12 + "See https://t.co/2 &amp; go."
    urls = [{"shortUrl": "https://t.co/2", "expandedUrl": "https://example.org"}]
    note = {"noteTweet": {"createdAt": "2020-01-31T12:00:01.000Z", "core": {"text": whole, "urls": urls}}}
    other = {"noteTweet": {"createdAt": "2021-01-31T12:00:01.000Z", "core": {"text": "x" + whole}}}
    later = one_tweet(whole[:270] + "… https://t.co/full", created_at="Sun Jan 31 12:00:00 +0000 2021")
    archive(
        tmp_path,
        {
            "data/tweets.js": part("tweets", [one_tweet(whole[:270] + "… https://t.co/full"), later]),
            "data/note-tweet.js": part("note_tweet", [note, other, {"noteTweet": None}, 3]),
        },
    )

    found = texts(collect(tmp_path))

    assert found[0] == whole.replace("https://t.co/2", "https://example.org").replace("&amp;", "&")
    assert found[1] == whole[:270] + "… https://t.co/full"


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, ["#Wren sings", "a reply", "new #robin #wren"]),
        ({"retweets": True}, ["#Wren sings", "RT @b: other", "a reply", "new #robin #wren"]),
        ({"replies": False}, ["#Wren sings", "new #robin #wren"]),
        ({"hashtags": ["#WREN"]}, ["#Wren sings", "new #robin #wren"]),
        ({"hashtags": ["owl", "robin"]}, ["new #robin #wren"]),
        ({"after": "2020-06-01"}, ["new #robin #wren"]),
        ({"before": "2020-06-01"}, ["#Wren sings", "a reply"]),
    ],
)
def test_settings_choose(tmp_path: Path, settings: dict[str, Any], kept: list[str]) -> None:
    found = [
        one_tweet("#Wren sings"),
        one_tweet("RT @b: other"),
        one_tweet("a reply", in_reply_to_status_id="7"),
        one_tweet("new #robin #wren", created_at="Sun Jan 31 12:00:00 +0000 2021"),
    ]
    archive(tmp_path, {"data/tweets.js": part("tweets", found)})

    for _ in range(2):
        got = collect(tmp_path, **settings)
        assert texts(got) == kept
        assert sum(int(word) for note in got.notes for word in note.split() if word.isdecimal()) == 4 - len(kept)


def test_a_hashtag_may_be_the_label(tmp_path: Path) -> None:
    archive(tmp_path, {"data/tweets.js": part("tweets", [one_tweet("x #Robin #wren"), one_tweet("plain")])})

    def labels(**settings: Any) -> list[list[tuple[str, str]]]:
        votes = collect(tmp_path, label="hashtag", **settings).table["votes"].to_pylist()
        return [[(vote["annotator"], vote["value"]) for vote in one] for one in votes]

    assert labels() == [[("hashtag", "robin")], []]
    assert labels(hashtags=["wren"]) == [[("hashtag", "wren")]]
    assert collect(tmp_path).table["votes"].to_pylist() == [[], []]


def sent(content: str, **more: Any) -> dict[str, Any]:
    note = {"type": "Note", "content": content, "inReplyTo": None, "to": [PUBLIC], "cc": [], "tag": [], **more}
    actor = "https://birds.example/users/ann"
    return {"type": "Create", "actor": actor, "published": "2022-11-05T12:00:00Z", "object": note}


OUTBOX = [
    sent("<p>A <b>wren</b> &amp;<br>a robin</p><p>second</p>", tag=[{"type": "Hashtag", "name": "#Birds"}],
         contentMap={"en": "x"}),
    {"type": "Announce", "actor": "https://birds.example/users/ann", "object": "https://x"},
    sent("<p>for followers</p>", to=["https://birds.example/users/ann/followers"]),
    sent("<p>unlisted</p>", to=["https://birds.example/users/ann/followers"], cc=[PUBLIC], summary="spoiler"),
    sent("<p>answer</p>", inReplyTo="https://x/1", attachment=[{"url": "/media/1.png"}]),
    {"type": "Delete", "object": "https://x"},
    sent("<script>alert(1)</script>text"),
]  # fmt: skip


@pytest.mark.parametrize("form", ["zip", "tar.gz", "folder"])
def test_mastodon_archives(tmp_path: Path, form: str) -> None:
    data = json.dumps({"@context": "x", "orderedItems": OUTBOX})
    path = {"zip": "m.zip", "tar.gz": "m.tar.gz", "folder": "m"}[form]
    if form == "zip":
        archive(tmp_path, {"outbox.json": data, "likes.json": "{}"}, path)
    elif form == "tar.gz":
        with tarfile.open(tmp_path / path, "w:gz") as file:
            info = tarfile.TarInfo("outbox.json")
            info.size = len(data)
            file.addfile(info, io.BytesIO(data.encode()))
    else:
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "outbox.json").write_text(data)

    found = collect(tmp_path, path)

    assert texts(found) == ["A wren &\na robin\n\nsecond", "spoiler\n\nunlisted", "answer", "alert(1)text"]
    assert found.table["kind"].to_pylist() == ["post", "post", "reply", "post"]
    assert found.table["hashtags"].to_pylist()[0] == "Birds"
    assert found.table["post_language"].to_pylist()[0] == "en"
    assert found.notes[-1] == f"{path}: posts passed over: 1 reposts of others, 1 not public"
    assert len(set(found.table["group"].to_pylist())) == 1
    assert "for followers" in texts(collect(tmp_path, path, private=True))
    assert collect(tmp_path, path, attachments=True).table["attachments"].to_pylist()[2] == "/media/1.png"


def test_bad_entries_go_to_quarantine_with_their_number(tmp_path: Path) -> None:
    found = [one_tweet("fine"), {"tweet": {"id": 1}}, 7, one_tweet("fine too"), {"tweet": {"full_text": ["x"]}}]
    archive(tmp_path, {"data/tweets.js": part("tweets", found)})

    got = collect(tmp_path)

    assert texts(got) == ["fine", None, None, "fine too", None]
    assert got.table["problem"].to_pylist()[1:3] == [
        "entry 2 cannot be read: it has no text", "entry 3 cannot be read: it is no object",
    ]  # fmt: skip
    assert got.table["uri"].to_pylist()[3] == "x.zip!/data/tweets.js#4"


@pytest.mark.parametrize(
    ("files", "match"),
    [
        ({"photo.jpg": "x"}, "holds neither data/tweets.js nor outbox.json"),
        ({"data/account.js": ACCOUNT}, "holds neither"),
        ({"../data/tweets.js": part("tweets", [])}, r"leads out of the archive"),
        ({"data/tweets.js": "not what it should be"}, "does not hold what it should"),
        ({"data/tweets.js": part("tweets", [one_tweet("x")])[:-20]}, "does not hold what it should"),
        ({"data/tweets.js": "window.YTD.tweets.part0 = " + "[" * 200_000}, "does not hold what it should"),
        ({"outbox.json": "[]"}, "does not hold what it should"),
        ({"outbox.json": '{"orderedItems": {}}'}, "does not hold what it should"),
    ],
)
def test_an_archive_that_is_none_is_said(tmp_path: Path, files: dict[str, str], match: str) -> None:
    archive(tmp_path, files)

    with pytest.raises(SourceError, match=match):
        collect(tmp_path)


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    archive(tmp_path, {"data/tweets.js": part("tweets", [one_tweet("x")]) + " " * (80 << 20)})

    with pytest.raises(SourceError, match="would expand to more than 200 times its size"):
        collect(tmp_path)


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"path": []}, RecipeError, "the list is empty"),
        ({"path": "y.zip"}, SourceError, r"no file or folder 'y.zip'; did you mean 'x.zip'"),
        ({"path": "x.txt"}, SourceError, "is no archive"),
        ({"path": "empty"}, SourceError, "holds neither"),
        ({"path": "broken.zip"}, SourceError, "broken.zip"),
        ({"hashtags": []}, RecipeError, "hashtags: the list is empty"),
        ({"after": "soon"}, RecipeError, "after: 'soon' is no date"),
    ],
)
def test_settings_that_cannot_be_are_said(tmp_path: Path, settings: Any, error: type[Exception], match: str) -> None:
    archive(tmp_path, {"data/tweets.js": part("tweets", [one_tweet("x")])})
    (tmp_path / "x.txt").write_text("")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 cut short")
    (tmp_path / "empty").mkdir()

    with pytest.raises(error, match=match):
        collect(tmp_path, **{"path": "x.zip", **settings})


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["tweet", "full_text", "entities", "urls", "url", "media", "hashtags", "text", "created_at", "noteTweet",
             "core", "type", "object", "content", "tag", "to", "contentMap", "attachment", "actor", "published"]
        ),
        inner | st.sampled_from(["Create", "Announce", "Hashtag", "2020-01-01", "Fri Jan 31 12:00:00 +0000 2020"]),
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(entry=Json)
def test_no_entry_breaks_the_reader(entry: Any) -> None:
    data = json.dumps(entry).encode()
    notes = Notes(iter([entry] if isinstance(entry, dict) else []))
    for read in (lambda: tweet(data, notes), lambda: activity(data), lambda: entries(data)):
        try:
            read()
        except ValueError:
            continue


RECIPE = """
[dataset]
name           = "posts"
license        = "CC0-1.0"
task           = "text-classification"
max_quarantine = 0.5

[[step]]
use   = "collect.archive.posts"
path  = "x.zip"
label = "hashtag"

[[step]]
use   = "collect.archive.reddit"
path  = "d.ndjson"

[[step]]
use = "clean.exact_dup"

[[step]]
use = "label.resolve"
"""


def test_archives_become_a_dataset(tmp_path: Path) -> None:
    archive(tmp_path, {"data/tweets.js": part("tweets", [one_tweet("A #wren"), one_tweet("A #wren"), 5])})
    lines = [{"body": "A robin", "subreddit": "birds", "author": "Ann"}, {"body": "A #wren", "subreddit": "wren"}]
    (tmp_path / "d.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines) + "broken\n")
    (tmp_path / "stork.toml").write_text(RECIPE)
    dataset = datastork.open(tmp_path)

    record = dataset.build().record

    assert record["samples"] == {"total": 6, "kept": 2, "dropped": 2, "quarantined": 2}
    rows = dataset.frame().to_pydict()
    assert sorted(rows["label"]) == ["birds", "wren"]
    assert not dataset.build().changed
