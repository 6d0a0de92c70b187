"""The command line. One file per command; the names stand as text in `main`, so that nothing loads before it runs."""
