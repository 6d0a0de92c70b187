"""What `collect.watch` and a watching build share: which files are finished, and what there is to see."""
