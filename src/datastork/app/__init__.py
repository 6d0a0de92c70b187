"""The labelling app: one light process that gives tasks and takes votes, and helpers beside it for heavy work.

The light process never loads Lance, Arrow, Daft or OpenCV; what needs them is asked of a helper (`aside`).
"""
