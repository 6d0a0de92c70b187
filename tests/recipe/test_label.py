import pytest

from datastork.core.errors import RecipeError
from datastork.recipe.check import check

HEAD = """
[dataset]
name = "x"
task = "{task}"
labels = ["robin", "wren"]
license = "CC-BY-4.0"

[[step]]
use = "collect.files"
path = "raw/*"
"""


def plan_of(tmp_path, text="", task="image-classification"):
    (tmp_path / "raw").mkdir(exist_ok=True)
    path = tmp_path / "stork.toml"
    path.write_text(HEAD.format(task=task) + text, encoding="utf-8")
    return check(path).label


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("image-classification", "choice"),
        ("image-multi-label-classification", "tags"),
        ("object-detection", "boxes"),
        ("image-segmentation", "masks"),
        ("token-classification", "spans"),
        ("text-classification", "choice"),
        ("image-to-text", "transcript"),
        ("tabular-classification", "choice"),
    ],
)
def test_the_task_decides_what_is_asked_where_the_recipe_does_not_say(tmp_path, task, kind):
    plan = plan_of(tmp_path, task=task)
    assert [(one.name, one.kind) for one in plan.questions] == [("label", kind)]
    assert plan.main.class_ids == (() if kind == "transcript" else ("robin", "wren"))


def test_everything_a_plan_says_is_read(tmp_path):
    (tmp_path / "how.md").write_text("Listen to all of it.", encoding="utf-8")
    (tmp_path / "places.csv").write_text("id,name,parent\na,Air,\nt,Tree,\no,Oak,t\n", encoding="utf-8")
    plan = plan_of(
        tmp_path,
        """
[label]
overlap = 3
sure = 0.95
most = 6
also_ask = ["difficulty"]
instructions = "how.md"
[[label.question]]
ask = "Which bird?"
[[label.question]]
name = "place"
kind = "taxonomy"
classes = "places.csv"
when = {label = ["wren"]}
[label.class.wren]
says = "Small and brown."
negative = ["a dunnock"]
key = "w"
""",
    )
    assert (plan.overlap, plan.sure, plan.goal, plan.also_ask) == (3, 0.95, 6, ("difficulty",))
    assert plan.instructions == "Listen to all of it."
    assert plan.main.ask == "Which bird?"
    wren = plan.main.classes[1]
    assert (wren.says, wren.negative, wren.key) == ("Small and brown.", ("a dunnock",), "w")
    assert plan.questions[1].classes[2].parents == ("t",)
    assert plan.questions[1].when == {"label": ("wren",)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[label]\noverlapp = 2", "did you mean 'overlap'"),
        ("[label]\noverlap = 0", "label..overlap"),
        ("[label]\norder = 'best'", "label..order"),
        ("[label]\nalso_ask = ['mood']", "'mood' is none of"),
        ("[label]\nstore = 'mysql://x'", "postgresql"),
        ("[label]\nsure = 0.9\noverlap = 3\nmost = 2", "fewer than overlap"),
        ("[label]\ninstructions = 'gone.md'", "cannot read"),
        ("[label]\nquestion = 3", "two brackets"),
        ("[[label.question]]\nkind = 'boxs'", "did you mean 'boxes'"),
        ("[[label.question]]\nkind = 'spans'", "asked about text samples"),
        ("[[label.question]]\nname = 'a b'", "names a column"),
        ("[[label.question]]\n[[label.question]]\nname = 'label'", "is taken"),
        ("[[label.question]]\nkind = 'keypoints'", "name the points"),
        ("[[label.question]]\nkind = 'rating'\nlow = 5\nhigh = 1", "not above low"),
        ("[[label.question]]\nkind = 'rating'\nclasses = ['a']", "has none"),
        ("[[label.question]]\nclasses = 'gone.csv'", "no such file"),
        ("[[label.question]]\nclasses = ['a', 'a']", "there twice"),
        ("[[label.question]]\nwhen = {other = ['x']}", "no question 'other'"),
        ("[label.class.wrn]\nsays = 'x'", "did you mean 'wren'"),
        ("[label.class]\nwren = 3", "label.class.NAME"),
    ],
)
def test_a_wrong_plan_is_told_where_and_what(tmp_path, text, said):
    with pytest.raises(RecipeError, match=r"line \d+.*(?s:.)*" + said):
        plan_of(tmp_path, text)
