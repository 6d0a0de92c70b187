"""Worker processes on this machine, for samples whose steps are Python: threads would wait for one another.

Each is a fresh interpreter that reads chunks from its standard input and answers with what `worker.work` returns, each
message with its length before it. It ends when its input does, so none is left behind when the driver is killed.
"""

import gc
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from datastork.core.errors import BuildError
from datastork.engine.interrupt import STOP
from datastork.engine.memory import RARELY
from datastork.engine.samples.worker import Job, work

LENGTH = struct.Struct("<Q")
LISTEN_SECONDS = 0.1


def stream(job: Job, chunks: Iterator[bytes], count: int) -> Iterator[str]:
    """Apply `worker.work` to every chunk in `count` processes; yield results as they come. Raises BuildError.

    When STOP is set the processes finish the sample in hand, and no more chunks are handed out.
    """
    results: queue.Queue[str | BaseException | None] = queue.Queue()
    lock = threading.Lock()
    done = threading.Event()
    started: list[subprocess.Popen[bytes]] = []

    def serve(process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _send(process.stdin, pickle.dumps((sys.path, job)))
            while not (STOP.is_set() or done.is_set()):
                with lock:
                    chunk = next(chunks, None)
                if chunk is None:
                    break
                _send(process.stdin, chunk)
                results.put(_receive(process.stdout).decode())
            process.stdin.close()
        except (OSError, EOFError):
            if STOP.is_set():  # asked to stop before it could listen
                return
            results.put(BuildError(f"a worker process ended early ({_ending(process)})", hint=_HINT))
        except BaseException as error:  # goes on to the driver, whose business it is
            results.put(error)
        finally:
            results.put(None)

    try:
        for _ in range(count):
            started.append(_start())
        for process in started:
            threading.Thread(target=serve, args=(process,), daemon=True).start()
        yield from _results(results, started)
    finally:
        done.set()
        for process in started:
            _end(process)


_HINT = "is there enough memory? fewer workers need less: stork build --workers 1. What was finished is kept"


def _results(
    results: "queue.Queue[str | BaseException | None]", started: "list[subprocess.Popen[bytes]]"
) -> Iterator[str]:
    running, told = len(started), False
    while running:
        if STOP.is_set() and not told:
            told = True
            for process in started:
                process.terminate()  # finish the sample in hand
        try:
            result = results.get(timeout=LISTEN_SECONDS)
        except queue.Empty:
            continue
        if result is None:
            running -= 1
        elif isinstance(result, BaseException):
            raise result
        else:
            yield result


def _start() -> "subprocess.Popen[bytes]":
    # a session of its own: Ctrl-C is the driver's to hear
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"from {__name__} import serve_forever; serve_forever()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # it is gone already
                pipe.close()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ending(process: "subprocess.Popen[bytes]") -> str:
    code = process.wait()
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def serve_forever() -> None:
    """Be a worker process: answer chunks until there are no more."""
    signal.signal(signal.SIGTERM, lambda number, frame: STOP.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*RARELY)
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a step prints is no answer
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # what a step, or a program it starts, reads is no chunk
    os.close(nothing)
    try:
        path, job = pickle.loads(_receive(source))  # from our own parent
        sys.path[:] = path
        while True:
            _send(sink, work(job, _receive(source)).encode())
    except (EOFError, BrokenPipeError):
        os._exit(0)


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    size = LENGTH.unpack(head)[0]
    message = pipe.read(size)
    if len(message) < size:
        raise EOFError
    return message
