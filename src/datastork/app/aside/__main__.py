"""A helper process: reads requests from standard input, answers on standard output, ends when the app is gone."""

import os
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from datastork.app.aside.frames import LENGTHS, header, lengths, pack
from datastork.core.errors import DatastorkError
from datastork.store.home import Home

# what may be asked -> the module whose function of that name answers: (home, request, tell) -> values, bytes
ANSWERS = {
    "synchronise": "datastork.app.aside.samples",
    "texts": "datastork.app.aside.media",
    "show": "datastork.app.aside.media",
    "figures": "datastork.app.aside.figures",
    "doubt": "datastork.app.aside.doubt",
    "photo": "datastork.app.aside.media",
}
THREADS = 2


def main() -> None:
    """Answer until standard input ends."""
    home = Home(Path(sys.argv[1]))
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what libraries print must not come between the messages
    writing = threading.Lock()

    def send(told: dict[str, Any], data: bytes = b"") -> None:
        message = pack(told, data)
        with writing:
            view = memoryview(message)
            while view:
                view = view[out.write(view) :]

    with ThreadPoolExecutor(THREADS) as pool:
        while True:
            asked = _read(sys.stdin.buffer)
            if asked is None:
                os._exit(0)  # work in hand is for nobody
            pool.submit(_answer, home, asked, send)


def _read(source: IO[bytes]) -> dict[str, Any] | None:
    raw = source.read(LENGTHS.size)
    if len(raw) < LENGTHS.size:
        return None
    size, _ = lengths(raw)
    raw = source.read(size)
    return header(raw) if len(raw) == size else None


def _answer(home: Home, asked: dict[str, Any], send: Any) -> None:
    number, what = asked["id"], asked["ask"]
    try:
        function = getattr(import_module(ANSWERS[what]), what)
        values, data = function(home, asked["request"], lambda told: send({"id": number, "progress": told}))
        send({"id": number, "answer": values}, data)
    except DatastorkError as error:
        kind = next((k.__name__ for k in type(error).__mro__ if k.__name__ in ("DataError", "NotFoundError")), "")
        send({"id": number, "error": error.message, "hint": error.hint, "kind": kind})
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:  # one answer, not the helper
        traceback.print_exc(file=sys.stderr)
        send({"id": number, "error": f"{type(error).__name__}: {error}", "kind": ""})


if __name__ == "__main__":
    main()
