"""Label Studio: tasks, results, brush masks and the labelling configuration."""
