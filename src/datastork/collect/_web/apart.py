"""The crawl in a process of its own, which outlives the one that began it just long enough to lose nothing.

The first process hands the plan over and keeps a pipe open. When it ends, however it ends, the pipe closes: the crawl
finishes the pages in hand, writes them down and stops. So `kill -9` of a build loses no page that was asked for, and
the next build asks for none of them again; it waits for the lock of the folder meanwhile.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import datastork
from datastork.collect._web.crawl import crawl
from datastork.collect._web.plan import Plan
from datastork.core import errors
from datastork.core.errors import DatastorkError, SourceError
from datastork.core.stop import STOP


def crawl_apart(root: Path, plan: Plan) -> None:
    """Crawl to the end. Raises KeyboardInterrupt where it was stopped before, else what the crawl raised."""
    order = json.dumps({"root": os.path.abspath(root), "plan": asdict(plan)}).encode() + b"\n"
    # -P: nothing is imported from the folder we happen to be in
    command = [sys.executable, "-P", "-m", "datastork.collect._web.apart"]
    paths = [str(Path(datastork.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    with TemporaryFile() as said, TemporaryFile() as cried:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=cried, env=surroundings)
        assert process.stdin is not None
        try:
            process.stdin.write(order)
            process.stdin.flush()
            while not STOP.is_set():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
                    break
        except BrokenPipeError:
            process.wait()
        finally:
            process.stdin.close()  # it stops where it has not ended yet
            process.wait()
        said.seek(0)
        cried.seek(0)
        _conclude(said.read(), cried.read().decode("utf-8", "replace"))


def _conclude(said: bytes, cried: str) -> None:
    try:
        told: dict[str, Any] = json.loads(said.strip().rpartition(b"\n")[2])
    except ValueError:
        raise SourceError("the crawl ended without a word", hint=cried[-2000:]) from None
    if told.get("stopped"):
        raise KeyboardInterrupt
    if "error" in told:
        kind = getattr(errors, told["error"], SourceError)
        raise _error(kind, told["message"], told["hint"])


def _error(kind: type[DatastorkError], message: str, hint: str) -> DatastorkError:
    found = kind.__new__(kind)
    Exception.__init__(found, message)
    found.message, found.hint = message, hint
    return found


def main() -> None:
    """Read a plan from the standard input, crawl, and say how it ended."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    order = json.loads(sys.stdin.buffer.readline())

    def watch() -> None:
        while os.read(0, 4096):
            pass
        stop.set()

    threading.Thread(target=watch, daemon=True, name="watch").start()
    told: dict[str, Any] = {}
    try:
        crawl(Path(order["root"]), Plan.of_json(order["plan"]), stop)
    except KeyboardInterrupt:
        told = {"stopped": True}
    except DatastorkError as error:
        told = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    except Exception as error:
        told = {
            "error": "SourceError",
            "message": f"the crawl failed: {error!r}",
            "hint": traceback.format_exc()[-3000:],
        }
    print(json.dumps(told), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
