"""Daft, set up once per process: threads on this machine, or a Ray cluster."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from datastork.core.errors import BuildError, MissingExtraError
from datastork.engine.interrupt import rearm

HERE = "this machine"
_chosen: str | None = None


def set_up(on: str | None, workers: int | None) -> None:
    """Choose where plans run: `on` is None (this machine), "ray" (a local cluster) or "ray://host:port".

    Daft can be set up once per process. Where that was done before, here or by the user's own code, a build runs on
    what there is: the number of workers changes the speed, never the result.
    Raises MissingExtraError without the extra `ray`, BuildError where Ray is asked for and Daft runs elsewhere.
    """
    global _chosen
    if _chosen is not None:
        if on is not None and on != _chosen:
            raise BuildError(f"this process already runs on {_chosen}", hint="start a new process to change that")
        return
    if on is None:
        _set_up_here(workers)
    elif on == "ray" or on.startswith("ray://"):
        _set_up_ray(on, workers)
    else:
        raise BuildError(f"cannot run on {on!r}", hint="--on takes ray, or ray://host:port")
    _chosen = on or HERE


def _set_up_here(workers: int | None) -> None:
    import daft

    with suppress(daft.exceptions.DaftCoreException):  # the user's own code has set Daft up before us
        daft.set_runner_native(num_threads=workers)
    list(daft.from_pydict({"x": [0]}).select(daft.col("x") + 1).to_arrow_iter())  # Daft's listening begins here
    rearm()


def _set_up_ray(on: str, workers: int | None) -> None:
    import daft

    try:
        import ray
    except ImportError as error:
        raise MissingExtraError("--on ray", "ray", "ray") from error
    if on == "ray" and not ray.is_initialized():
        ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="warning")
    try:
        daft.set_runner_ray(address=on if on != "ray" else None, noop_if_initialized=True)
    except daft.exceptions.DaftCoreException as error:
        raise BuildError("Daft already runs in this process", hint="start a new process to build on Ray") from error


def stream(function: Callable[[bytes], str], chunks: list[bytes], parts: int = 1) -> Iterator[str]:
    """Apply a function to every chunk on the chosen runner; yield results as they come, in order on one machine."""
    import daft
    import pyarrow as pa
    from daft import DataType

    def run(chunk: daft.Series) -> pa.Array:
        return pa.array([function(data) for data in chunk.to_pylist()], pa.string())

    applied = daft.func.batch(return_dtype=DataType.string(), batch_size=1)(run)
    frame = daft.from_arrow(pa.table({"chunk": pa.array(chunks, pa.large_binary())}))
    if _chosen != HERE:
        frame = frame.into_partitions(max(1, min(len(chunks), parts)))
    for batch in frame.select(applied(frame["chunk"]).alias("result")).to_arrow_iter():
        yield from batch.column(0).to_pylist()
