"""All catalogues at once; one that is away or odd hides no other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from datastork.collect._hub import ends
from datastork.collect._hub.search.catalogues import CATALOGUES
from datastork.collect._hub.search.hit import Hit, words_of
from datastork.core.errors import DatastorkError
from datastork.fetch import Fetcher, FetchError

SOURCES = tuple(CATALOGUES)
TIMEOUT = 15.0  # seconds for one answer


@dataclass(frozen=True, slots=True)
class Answers:
    """The datasets found, the best first, and one line for each catalogue that could not be asked."""

    hits: list[Hit]
    problems: dict[str, str]


def search(words: str, *, sources: tuple[str, ...] = SOURCES, limit: int = 20) -> Answers:
    """Return the public datasets that fit the words, from all catalogues, at most `limit` of each and in all."""
    question = words_of(words)
    hits: list[Hit] = []
    problems: dict[str, str] = {}
    with Fetcher(ends.policy(timeout=TIMEOUT, retries=0)) as fetcher, ThreadPoolExecutor(len(sources) or 1) as pool:
        asked = {source: pool.submit(CATALOGUES[source], fetcher, words, limit) for source in sources}
        for source, answer in asked.items():
            try:
                hits += answer.result()
            except FetchError as error:
                problems[source] = " ".join(f"{urlsplit(error.url).netloc}: {error.what}".split())[:300]
            except DatastorkError as error:
                problems[source] = " ".join(error.message.split())[:300]
    known: dict[str, Hit] = {}
    for hit in hits:
        known.setdefault(hit.name, hit)
    ranked = sorted(known.values(), key=lambda hit: (-hit.score(question), SOURCES.index(hit.source), hit.name))
    return Answers(ranked[:limit], problems)
