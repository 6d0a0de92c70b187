"""What annotators do: get tasks, cast votes, take them back, say what is wrong."""
