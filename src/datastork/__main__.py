"""`python -m datastork` is `stork`."""

from datastork.cli.main import main

main()
