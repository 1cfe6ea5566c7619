"""The list of decisions by hand is a plain file that survives and is checked."""

import polars as pl
import pytest

from workbench.exceptions import StageError
from workbench.schemas import Deletions
from workbench.selection import hand_list
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


def test_list_is_a_sorted_file_and_comes_back(workspace):
    assert hand_list.load(workspace).is_empty()
    hand_list.decide(workspace, [9, 2], what="thread", decision="keep", note=' a "good",\n one ')
    assert hand_list.decide(workspace, [2], what="thread", decision="drop") == 1
    assert hand_list.decide(workspace, [2], what="turn", decision="drop") == 1
    text = hand_list.path_of(workspace).read_text()
    assert text == (
        'what,id,decision,note\nthread,2,drop,\nthread,9,keep,"a ""good"", one"\nturn,2,drop,\n'
    )
    assert hand_list.load(workspace).row(1) == ("thread", 9, "keep", 'a "good", one')


def test_decisions_are_taken_back_until_the_file_is_gone(workspace):
    hand_list.decide(workspace, [1, 2], what="thread", decision="keep")
    assert hand_list.take_back(workspace, [1, 7], what="thread") == 1
    assert hand_list.take_back(workspace, [2], what="turn") == 0
    assert hand_list.take_back(workspace, [2], what="thread") == 1
    assert not hand_list.path_of(workspace).exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,what\n1,thread\n", "lacks the column decision"),
        ("what,id,decision\nthread,1,keep\ntweet,2,keep\n", "Line 3 .* `tweet` is not thread"),
        ("what,id,decision\nthread,1,maybe\n", "`maybe` is not keep or drop"),
        ("what,id,decision\nthread,1e18,keep\n", "`1e18` is not an id"),
        ("what,id,decision\nthread,99999999999999999999,keep\n", "too large"),
        ("what,id,decision\nthread,1,keep\nthread,1,drop\n", "both keeps and drops thread 1"),
    ],
)
def test_damaged_list_names_the_line(workspace, text, problem):
    hand_list.path_of(workspace).write_text(text)
    with pytest.raises(StageError, match=problem):
        hand_list.load(workspace)
    assert hand_list.fingerprint(workspace, "thread")


def test_fingerprint_follows_decisions_but_not_notes(workspace):
    assert hand_list.fingerprint(workspace, "thread") == ""
    hand_list.decide(workspace, [1], what="thread", decision="keep")
    before = hand_list.fingerprint(workspace, "thread")
    hand_list.decide(workspace, [1], what="thread", decision="keep", note="why")
    hand_list.decide(workspace, [1], what="turn", decision="drop")
    assert hand_list.fingerprint(workspace, "thread") == before
    hand_list.decide(workspace, [1], what="thread", decision="drop")
    assert hand_list.fingerprint(workspace, "thread") != before


def test_decisions_on_deleted_tweets_are_erased(workspace):
    hand_list.decide(workspace, [1, 2], what="turn", decision="drop", note="names a person")
    rows = pl.DataFrame({"tweet_id": [2], "had_row": [True]})
    workspace.write("deletions", Deletions.validate(rows, cast=True))
    assert hand_list.forget_deleted(workspace) == 1
    assert hand_list.load(workspace)["id"].to_list() == [1]
