"""One build at a time on one dataset."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from datastork.core.errors import LockedError, StoreError
from datastork.store.home import Home


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the dataset for writing. Raises LockedError at once where another process holds it.

    The lock belongs to the process: when it is killed the system takes the lock back, nothing has to be cleaned up.
    """
    import fcntl

    path = home.store / "lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"cannot write to {home.store}: {error.strerror}", hint="check the permissions") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            who = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another process"
            raise LockedError(
                f"{home.root} is being built by {who}", hint="wait for it, or stop it; nothing was changed"
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n".encode(), 0)
        yield
    finally:
        os.close(handle)
