from datastork.measure.text.private import private


def test_types_are_counted(texts):
    frame = texts(
        ["a", "b", "c", "d"],
        pii_found=[3, 1, 0, None],
        pii_kinds=["EMAIL:2 PHONE:1", "EMAIL:1", "", None],
        label=["ham", "ham", "spam", "spam"],
    )
    found = private(frame)
    [by_type, by_label] = found.tables
    assert list(by_type.rows) == [("EMAIL", 3, 2, 0.5), ("PHONE", 1, 1, 0.25)]
    assert list(by_label.rows) == [("ham", 2, 4, 1.0), ("spam", 2, 0, 0.0)]
    assert found.numbers["findings"] == 4
    assert found.numbers["samples_with_findings"] == 2
    assert "found by the step 'pii', which changes what it finds" in found.sentences[0]


def test_a_step_of_another_name(texts):
    found = private(texts(["a"], names_found=[1], names_kinds=["PERSON:1"]), found_by="names")
    assert found.numbers["PERSON"] == 1


def test_where_nobody_looked_nothing_is_claimed(texts):
    found = private(texts(["a"]))
    assert found.numbers == {"looked": False}
    assert "No step called 'pii' looked" in found.warnings[0]


def test_nothing_found(texts):
    found = private(texts(["a", "b"], pii_found=[0, 0], pii_kinds=["", ""]))
    assert found.numbers["findings"] == 0
    assert found.tables == []
