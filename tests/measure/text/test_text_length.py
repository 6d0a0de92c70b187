from datastork.measure.text.length import length


def test_characters_and_words_are_counted(texts):
    found = length(texts(["one two", "three", "four five six"]))
    expected = {"texts": 3, "characters": 25, "words": 6, "characters_median": 7, "words_longest": 3, "empty_texts": 0}
    assert {name: found.numbers[name] for name in expected} == expected
    assert not found.warnings


def test_every_text_is_in_one_column_of_the_histogram(texts):
    found = length(texts(["x" * size for size in (0, 1, 1, 2, 5, 40, 1000, 99_999)]))
    [drawn] = [table for table in found.tables if table.caption.startswith("Spread of characters")]
    edges = [row[0] for row in drawn.rows]
    assert edges == sorted(set(edges))
    assert edges[:2] == [0, 1]
    assert sum(row[1] for row in drawn.rows) == 8


def test_labels_and_splits_are_told_apart(texts):
    frame = texts(
        ["a b c"] * 40 + ["a " * 100] * 40, label=["short"] * 40 + ["long"] * 40, split=["train"] * 40 + ["test"] * 40
    )
    found = length(frame)
    [by_label] = [table for table in found.tables if table.caption == "Characters of the texts by label"]
    assert [row[:2] for row in by_label.rows] == [["long", 40], ["short", 40]]
    assert [row[4] for row in by_label.rows] == [200, 5]
    assert found.warnings == ["The texts of test are longer than those of train: medians of 200 and 5 characters."]


def test_empty_texts_are_warned_of(texts):
    found = length(texts(["", "  \n", "word"]))
    assert found.numbers["empty_texts"] == 2
    assert "2 texts without a word" in found.warnings[0]


def test_no_texts(texts):
    assert length(texts([])).numbers == {"texts": 0}


def test_samples_that_are_no_texts_are_left_out(texts):
    found = length(texts(["one", "two"], media_modality=["text", "image"]))
    assert found.numbers["texts"] == 1
