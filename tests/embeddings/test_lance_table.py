"""Index, recover and refuse tables of vectors."""

import pytest

from tests.support.embedding import RecordingEmbedder, embed, make_turns
from workbench import embeddings
from workbench.embeddings import lance_index, lance_table, search
from workbench.exceptions import StageError
from workbench.storage import Workspace


@pytest.fixture
def path(tmp_path):
    return tmp_path / "3_embeddings.lance"


def test_a_rewrite_killed_between_its_two_renames_is_finished(path):
    turns = make_turns(["a b", "c d"])
    embed(turns, path)
    partial = path.with_name(".3_embeddings.lance.part")
    partial.mkdir()
    path.rename(partial / path.name)
    (partial / "old").mkdir()
    counts, embedder = embed(turns, path)
    assert embedder.texts == []
    assert counts["vectors"] == 2
    assert not partial.exists()


def test_a_table_without_a_first_version_is_made_again(path):
    (path / "data").mkdir(parents=True)
    (path / "_versions").mkdir()
    counts, _ = embed(make_turns(["a b", "c d"]), path)
    assert counts["vectors"] == 2


def test_a_folder_with_files_of_others_is_never_replaced(path):
    path.mkdir()
    (path / "notes.txt").write_text("mine")
    with pytest.raises(StageError, match="not a table of vectors"):
        embed(make_turns(["a b", "c d"]), path)
    assert (path / "notes.txt").read_text() == "mine"


def test_a_table_of_an_earlier_version_is_searched_and_gets_its_words(path):
    turns = make_turns(["雑草を減らす", "blue sky"])
    _, embedder = embed(turns, path)
    table = lance_table.open_table(path)
    table.drop_index("words_idx")
    table.drop_columns(["words"])
    lance_index.tidy(table)
    assert search.search(path, text="sky", embedder=embedder, mode="words")["tweet_id"][0] == 2
    counts, again = embed(turns, path)
    assert (counts["erased"], counts["added"], again.texts) == (0, 0, [])
    assert search.search(path, text="雑草", embedder=embedder, mode="words")["tweet_id"][0] == 1


def test_readers_explain_missing_and_damaged_tables(path):
    with pytest.raises(StageError, match=r"(?s)no vectors in .*Hint"):
        embeddings.vectors(path, [1])
    path.mkdir()
    with pytest.raises(StageError, match=r"(?s)no vectors in .*Hint"):
        embeddings.vectors(path, [1])
    (path / "notes.txt").write_text("mine")
    with pytest.raises(StageError, match=r"(?s)not a table of vectors.*embeddings_path") as raised:
        embeddings.vectors(path, [1])
    assert "delete" not in str(raised.value)
    Workspace.create(path.parent / "workspace")
    (path.parent / "workspace" / "3_embeddings.lance").mkdir()
    path = path.rename(path.parent / "workspace" / "3_embeddings.lance")
    with pytest.raises(StageError, match=r"(?s)are damaged.*workbench doctor --fix"):
        embeddings.vectors(path, [1])
    with pytest.raises(StageError, match=r"(?s)is a workspace.*workspace.embeddings_path"):
        search.search(path.parent, text="a", embedder=RecordingEmbedder())
    with pytest.raises(StageError, match="choose vector, words or both"):
        search.search(path, text="a", embedder=RecordingEmbedder(), mode="magic")
