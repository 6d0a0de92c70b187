"""Parts of `benchmarks/labelling_tools.py`: each tool as its annotators and its figures see it."""
