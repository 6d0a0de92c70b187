"""The plan of the labelling out of a recipe, without loading what the rest of the recipe would need."""

from typing import TYPE_CHECKING

from datastork.core.errors import RecipeError
from datastork.core.labelling import LabelPlan
from datastork.recipe.dataset import DatasetFacts, check_dataset
from datastork.recipe.label import check_label
from datastork.recipe.read import read

if TYPE_CHECKING:
    from datastork.store.home import Home


def read_plan(home: "Home") -> tuple[DatasetFacts, LabelPlan]:
    """Return the `[dataset]` and `[label]` tables of a recipe. Raises RecipeError for what is wrong in these two."""
    recipe = read(home.recipe)
    facts, problems = check_dataset(recipe)
    plan, more = check_label(recipe, facts)
    if problems or more:
        raise RecipeError([*problems, *more], hint=f"in {home.recipe}")
    return facts, plan
