"""Keep measures in a workspace."""

import polars as pl
import pytest

from tests.support.own_code import CODE, written
from workbench.exceptions import MeasureError
from workbench.measures import store
from workbench.measures.score_files import ScoreTable
from workbench.recipe import Recipe
from workbench.schemas import Deletions
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


def table(origin="mood.csv", **columns):
    rows = pl.DataFrame({"thread_id": [1, 2]} | (columns or {"mood": [0.5, 0.7]}))
    return ScoreTable(origin, "abc", "thread_id", "opening", rows)


CODED = Recipe.from_toml('[score]\ncode = ["mine.py"]')


def test_files_of_scores_come_back_as_they_were_added(workspace):
    store.add_table(workspace, table())
    assert store.tables(workspace)[0].rows.equals(table().rows)
    assert store.tables(workspace)[0][:4] == table()[:4]
    store.remove(workspace, "mood.csv")
    assert store.stored(workspace) == []
    with pytest.raises(MeasureError, match=r"no file of measures called `mood.csv`"):
        store.remove(workspace, "mood.csv")


def test_two_files_cannot_have_one_measure(workspace):
    store.add_table(workspace, table())
    store.add_table(workspace, table())  # the same file again replaces it
    with pytest.raises(MeasureError, match=r"`mood` is a measure of mood.csv already"):
        store.add_table(workspace, table("other.csv"))


def test_code_is_checked_and_copied(workspace, tmp_path):
    store.add_code(workspace, written(tmp_path, CODE))
    assert [each.origin for each in store.stored(workspace)] == ["mine.py"]
    assert [len(each.measures) for each in store.codes(workspace, CODED)] == [2]
    with pytest.raises(MeasureError, match="line 1"):
        store.add_code(workspace, written(tmp_path, "oops", "wrong.py"))
    with pytest.raises(MeasureError, match="cannot name the file"):
        store.add_code(workspace, written(tmp_path, CODE, "my own.py"))
    assert [each.origin for each in store.stored(workspace)] == ["mine.py"]


def test_fingerprint_follows_files_and_only_the_code_that_a_recipe_names(workspace, tmp_path):
    assert store.fingerprint(workspace, Recipe()) == ""
    store.add_code(workspace, written(tmp_path, CODE))
    assert store.fingerprint(workspace, Recipe()) == ""
    prints = [store.fingerprint(workspace, CODED)]
    written(store.folder_of(workspace), CODE + "\n")
    prints.append(store.fingerprint(workspace, CODED))
    store.add_table(workspace, table())
    prints.append(store.fingerprint(workspace, CODED))
    assert len({*prints, ""}) == 4


def test_scores_of_deleted_tweets_are_erased(workspace):
    store.add_table(workspace, table())
    rows = pl.DataFrame({"tweet_id": [2], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(rows, cast=True))
    assert store.forget_deleted(workspace) == 1
    assert store.tables(workspace)[0].rows["thread_id"].to_list() == [1]


def test_damaged_file_says_what_to_do(workspace):
    store.add_table(workspace, table())
    (store.folder_of(workspace) / "mood.csv.parquet").write_bytes(b"no")
    with pytest.raises(MeasureError, match="add the file of scores again"):
        store.tables(workspace)


def test_a_link_out_of_the_folder_stops_all_code(workspace, tmp_path):
    mark = tmp_path / "ran"
    store.add_code(workspace, written(tmp_path, CODE))
    (store.folder_of(workspace) / "mine.py").write_text(f"open({str(mark)!r}, 'w')\n{CODE}")
    outside = written(tmp_path, CODE, name="outside.py")
    (store.folder_of(workspace) / "link.py").symlink_to(outside)
    recipe = Recipe.from_toml('[score]\ncode = ["mine.py", "link.py"]')
    with pytest.raises(MeasureError, match=r"`link.py` is a link .* No code was run"):
        store.codes(workspace, recipe)
    assert not mark.exists()
