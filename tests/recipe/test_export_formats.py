"""Names of export formats in a recipe."""

import pytest

from workbench.recipe import Recipe, export_formats


@pytest.mark.parametrize("name", ["messages", "messages.parquet", "oasst.jsonl.gz", "ids.txt"])
def test_known_formats_have_no_problem(name):
    assert export_formats.problem(name) == ""
    assert Recipe.model_validate({"export": {"formats": [name]}}).export.formats == (name,)


@pytest.mark.parametrize("name", ["nonsense", "", "Messages", "oasst.parquet", "../x"])
def test_only_known_names_are_valid(name):
    assert export_formats.problem(name)


def test_a_problem_lists_the_formats_and_guesses_one():
    problem = export_formats.problem("mesages")
    assert "did you mean `messages`?" in problem
    assert all(name in problem for name in export_formats.EXPORT_FORMATS)
