"""A gradient-boosted tree beside what was chosen: it takes missing values as they are, and often needs no repair."""

from dataclasses import replace

from datastork.learning.boost.search import Boosted, Result, result_of
from datastork.learning.boost.trained import NOTHING, Way
from datastork.tables.grid import Grid


def trees_beside(boosted: Boosted, asked: Grid) -> list[Result]:
    """Return what trees reach on the table as it is, then with the way that was chosen for another model.

    asked: the rows for validation that `boosted` was chosen on, those with a label
    """
    import numpy as np

    chosen = boosted.models[boosted.choice.best].setting
    setting = replace(chosen, model="trees", fills={})
    cells = setting.reader.read(asked)
    truth = np.array([boosted.labels.index(text) for text in asked[boosted.label].texts()])
    right: list[tuple[Way, np.ndarray]] = []
    for way in dict.fromkeys([NOTHING, boosted.best]):
        trained = (replace(setting, base=NOTHING, fills={}) if way == NOTHING else setting).train(way)
        if trained is not None:
            right.append((way, trained.foretell(asked, cells, way.test) == truth))
    return [result_of(way, one, right[0][1]) for way, one in right]
