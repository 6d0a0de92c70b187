"""The wish to stop: set by the first Ctrl-C, seen by everything that takes long."""

import threading

STOP = threading.Event()  # finish what is in hand, then stop
