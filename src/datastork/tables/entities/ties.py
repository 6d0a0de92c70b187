"""What pairs tie together, directly or through others."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def components(count: int, first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """Return for each of `count` rows (int64) the smallest row that pairs tie it to, directly or through others."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(first), np.int8), (first, second)), (count, count))
    _, label = connected_components(graph, directed=False)
    _, least = np.unique(label, return_index=True)
    found: np.ndarray = least[label]
    return found
