import json

import pytest

from datastork.core.errors import DataError
from datastork.core.questions.taxonomy import ancestors, read_classes, under, write_classes


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def shape(classes):
    return {one.id: one.parents for one in classes}


def test_lines_are_classes(tmp_path):
    assert shape(read_classes(write(tmp_path, "c.txt", "# birds\nwren\n\nrobin\n"))) == {"wren": (), "robin": ()}


def test_a_csv_tree_names_parents_by_id_or_name(tmp_path):
    text = "id,name,parent,description,synonyms\n1,Bird,,feathered,\n2,Wren,1,small,jenny;Troglodytes\n3,Robin,Bird,,\n"
    bird, wren, robin = read_classes(write(tmp_path, "c.csv", text))
    assert (wren.parents, robin.parents, bird.says) == (("1",), ("1",), "feathered")
    assert wren.aliases == ("jenny", "Troglodytes")


def test_levels_of_a_table_make_a_tree(tmp_path):
    text = "level1,level2,level3\nBird,Wren,\nBird,Gull,Herring gull\n"
    found = shape(read_classes(write(tmp_path, "c.csv", text)))
    assert found == {
        "Bird": (),
        "Bird/Wren": ("Bird",),
        "Bird/Gull": ("Bird",),
        "Bird/Gull/Herring gull": ("Bird/Gull",),
    }


@pytest.mark.parametrize(
    "text", ["wren is-a bird\ngull is-a bird\n", "wren\tbird\ngull\tbird\n", "wren < bird\ngull -> bird\n"]
)
def test_an_is_a_list_makes_a_tree(tmp_path, text):
    assert shape(read_classes(write(tmp_path, "isa.txt", text))) == {"wren": ("bird",), "bird": (), "gull": ("bird",)}


def test_an_ontology_that_names_children_makes_a_tree(tmp_path):
    nodes = [
        {"id": "/m/1", "name": "Animal", "child_ids": ["/m/2"], "restrictions": ["abstract"], "description": "Sounds."},
        {"id": "/m/2", "name": "Dog", "child_ids": [], "restrictions": [], "positive_examples": ["youtu.be/x"]},
    ]
    animal, dog = read_classes(write(tmp_path, "ontology.json", json.dumps(nodes)))
    assert (animal.abstract, animal.says, dog.parents, dog.positive) == (True, "Sounds.", ("/m/1",), ("youtu.be/x",))


def test_what_is_written_is_read_back(tmp_path):
    classes = read_classes(write(tmp_path, "c.csv", "id,name,parent\n1,Bird,\n2,Wren,1\n"))
    write_classes(tmp_path / "taxonomy.json", classes)
    assert read_classes(tmp_path / "taxonomy.json") == classes


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("c.txt", "", "names no class"),
        ("c.txt", "wren\nwren\n", "'wren' is there twice"),
        ("c.csv", "id,parent\n1,9\n", "'1' lies under '9', which is not there"),
        ("c.csv", "id,parent\n1,2\n2,1\n", "lies under itself"),
        ("c.csv", "a,b\n1,2\n", "needs a column id or name"),
        ("c.json", "{", "no JSON"),
        ("c.json", "[" * 100_000, "no JSON"),
        ("c.json", '{"x": 1}', "neither a list"),
        ("c.json", "[1]", "must be a table"),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong(tmp_path, name, text, said):
    with pytest.raises(DataError, match=said):
        read_classes(write(tmp_path, name, text))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_classes(tmp_path / "nothing.csv")


def test_a_part_of_a_tree_stands_alone(tmp_path):
    classes = read_classes(write(tmp_path, "isa.txt", "wren is-a bird\nbird is-a animal\ndog is-a animal\n"))
    assert shape(under(classes, "animal")) == {"wren": ("bird",), "bird": (), "dog": ()}
    assert shape(under(classes, "animal", depth=1)) == {"bird": (), "dog": ()}
    with pytest.raises(DataError, match="no class 'plant'"):
        under(classes, "plant")


def test_ancestors_come_nearest_first(tmp_path):
    classes = read_classes(write(tmp_path, "isa.txt", "wren is-a bird\nbird is-a animal\n"))
    assert ancestors(classes)["wren"] == ("bird", "animal")


@pytest.mark.real
def test_the_ontology_of_audioset_is_read(real_data):
    classes = read_classes(real_data / "audio" / "ontology" / "ontology.json")
    names = {one.name: one for one in classes}
    assert len(classes) == 632
    assert names["Dog"].parents == (names["Domestic animals, pets"].id,)
    assert names["Human sounds"].abstract
    assert sum(len(one.parents) > 1 for one in classes) > 10


def test_a_class_that_is_not_there_is_told_with_the_nearest(tmp_path):
    classes = read_classes(write(tmp_path, "c.csv", "id,name,parent\n1,Dog,\n2,Bark,1\n"))
    with pytest.raises(DataError, match="there is no class 'Dgo'; did you mean 'Dog'"):
        under(classes, "Dgo")
