"""Daft, set up once per process: threads on this machine, or a Ray cluster."""

from collections.abc import Callable, Iterator

from datastork.core.errors import BuildError, MissingExtraError
from datastork.engine.interrupt import rearm

_chosen: tuple[str, int | None] | None = None


def set_up(on: str | None, workers: int | None) -> None:
    """Choose where plans run: `on` is None (this machine), "ray" (a local cluster) or "ray://host:port".

    Raises MissingExtraError without the extra `ray`, BuildError where this process already runs elsewhere.
    """
    global _chosen
    import daft

    wanted = (on or "here", workers)
    if _chosen is not None:
        if wanted != _chosen and wanted != ("here", None):
            raise BuildError(f"this process already runs on {_chosen[0]}", hint="start a new process to change that")
        return
    if on is None:
        daft.set_runner_native(num_threads=workers)
    elif on == "ray" or on.startswith("ray://"):
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("--on ray", "ray", "ray") from error
        if on == "ray" and not ray.is_initialized():
            ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="warning")
        daft.set_runner_ray(address=on if on != "ray" else None, noop_if_initialized=True)
    else:
        raise BuildError(f"cannot run on {on!r}", hint="--on takes ray, or ray://host:port")
    _chosen = wanted
    if on is None:
        list(daft.from_pydict({"x": [0]}).select(daft.col("x") + 1).to_arrow_iter())  # Daft's listening begins here
        rearm()


def stream(function: Callable[[bytes], str], chunks: list[bytes], parts: int = 1) -> Iterator[str]:
    """Apply a function to every chunk on the chosen runner; yield results as they come, in order on one machine."""
    import daft
    import pyarrow as pa
    from daft import DataType

    def run(chunk: daft.Series) -> pa.Array:
        return pa.array([function(data) for data in chunk.to_pylist()], pa.string())

    applied = daft.func.batch(return_dtype=DataType.string(), batch_size=1)(run)
    frame = daft.from_arrow(pa.table({"chunk": pa.array(chunks, pa.large_binary())}))
    if _chosen is not None and _chosen[0] != "here":
        frame = frame.into_partitions(max(1, min(len(chunks), parts)))
    for batch in frame.select(applied(frame["chunk"]).alias("result")).to_arrow_iter():
        yield from batch.column(0).to_pylist()
