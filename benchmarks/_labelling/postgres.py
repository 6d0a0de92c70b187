"""A PostgreSQL of its own for the run: Debian's package, its own settings, on loopback, in a folder that goes away."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _labelling.processes import free_port


@contextmanager
def postgres() -> Iterator[tuple[int, int]]:
    """Yield the port and the process id of a server whose owner "bench" needs no password."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-", dir="/tmp"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(folder, "postgres", "postgres")
    data, log = str(folder / "data"), str(folder / "log")
    made = [str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "bench", "-E", "UTF8", "--locale=C"]
    subprocess.run([*as_user, *made], check=True, stdout=subprocess.DEVNULL, cwd="/")
    port = free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    control = [*as_user, str(programs / "pg_ctl"), "-D", data, "-l", log]
    subprocess.run([*control, "-o", options, "-w", "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        yield port, int(Path(data, "postmaster.pid").read_text().splitlines()[0])
    finally:
        subprocess.run([*control, "-m", "fast", "-w", "stop"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        shutil.rmtree(folder)
