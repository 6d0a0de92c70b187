"""A program that casts votes without end and prints the uuid of each once it is acknowledged. For tests of kills.

python storm.py FOLDER URL NUMBER   one storm
python storm.py                     storms on demand, forked from a process that has imported all
"""

import contextlib
import json
import os
import socket
import sys
import uuid
from pathlib import Path

from datastork.core.labelling import LabelPlan
from datastork.core.questions import Question
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import open_votes

PLAN = LabelPlan(questions=(Question("label", "choice"),), overlap=3, gold=0.0, repeat=0.05)


def main(folder: str, url: str, number: str) -> None:
    """Take tasks and answer them, revising and taking back some."""
    store = open_votes(Home(Path(folder)), url or None)
    annotator = f"a{number}"
    store.people.ensure(annotator)
    while given := store.queue.next(annotator, count=5, plan=PLAN):
        for at, lease in enumerate(given):
            votes = [_vote(lease.sample, annotator, "dog", lease.repeat)]
            if at == 1:
                votes.append(_vote(lease.sample, annotator, "cat", lease.repeat, votes[0].uuid))
            if at == 2:
                votes.append(_vote(lease.sample, annotator, None, lease.repeat, votes[0].uuid))
            store.cast(votes)
            sys.stdout.write("".join(f"{one.uuid}\n" for one in votes))
            sys.stdout.flush()


def on_demand() -> None:
    """Start a storm, with the pipe that comes along as its output, for each message on standard input; tell its pid."""
    with socket.socket(fileno=sys.stdin.fileno()) as asked:
        while True:
            message, pipes, _, _ = socket.recv_fds(asked, 1 << 16, 1)
            if not message:
                return
            pid = os.fork()
            if pid == 0:
                asked.close()
                os.dup2(pipes[0], sys.stdout.fileno())
                os.close(pipes[0])
                main(*json.loads(message))
                return
            os.close(pipes[0])
            with contextlib.suppress(ChildProcessError):  # those killed by now; a pid is used again only after this
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            asked.send(str(pid).encode())


def _vote(sample: str, annotator: str, value: str | None, repeat: int, replaces: str | None = None) -> CastVote:
    return CastVote(
        sample=sample,
        question="label",
        annotator=annotator,
        value=value,
        uuid=f"{uuid.uuid4()}:label",
        created_at="2026-01-31T08:00:00Z",
        repeat=repeat,
        replaces=replaces,
    )


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else on_demand()
