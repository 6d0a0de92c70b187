"""Files: what their names and the files beside them say."""
