"""Check that the texts of deleted tweets are in no file of a workspace or of the cache."""

import polars as pl
import pytest

from tests.support.command_line import FAST_RECIPE, call
from workbench import instructions, labels, sample
from workbench.embeddings import lance_table
from workbench.pipeline import deletions
from workbench.storage import Workspace


def _content(path):
    """Return what is in a file, decompressed."""
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path, glob=False).to_dicts())
    return path.read_bytes().decode("utf-8", "replace")


def _files_with(text, *folders, but):
    """Return the files that contain a text, except those of an export made before."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in files if but not in path.parents and text in _content(path)]


def _vectors_with(text, workspace):
    table = lance_table.open_table(workspace.embeddings_path)
    return [
        frame for frame in lance_table.read(table, "text", "words") if text in str(frame.to_dicts())
    ]


def _is_plain():
    """Find texts that look the same in every file, escaped or without links and mentions."""
    return pl.col("text").str.contains("^[a-zA-Z ,.?!]+$")


@pytest.mark.slow
def test_the_text_of_a_deleted_tweet_is_nowhere_and_old_exports_are_named(folder, monkeypatch):
    cache = folder / "cache"
    monkeypatch.setenv("WORKBENCH_CACHE", str(cache))
    sample.write(folder / "a.tar", lines=2_000)
    workspace = Workspace.create(folder / "ws")
    workspace.write_text("recipe.toml", FAST_RECIPE)
    assert call("run", "a.tar", "-w", "ws", "-q")[0] == 0
    assert call("export", "before", "-w", "ws")[0] == 0
    kept = workspace.scan("verdicts").filter("kept").select("thread_id")
    roots = workspace.scan("turns").filter(pl.col("position") == 0, _is_plain())
    row = roots.join(kept, on="thread_id", how="semi").collect().row(0, named=True)
    tweet_id, text = row["tweet_id"], row["text"]
    rows = pl.DataFrame({"tweet_id": [tweet_id], "label": ["fits"], "text": [text]})
    labels.add(workspace, rows, labeller="ann")
    added = pl.DataFrame({"text": [text], "tweet_id": [tweet_id]})
    instructions.add(workspace, added, source="own")
    before = workspace.exports_path / "before"
    assert len(_files_with(text, workspace.root, cache, but=before)) >= 5
    assert _vectors_with(text, workspace)
    (folder / "ids.txt").write_text(f"{tweet_id}\n")
    assert call("deletions", "add", "ids.txt", "-w", "ws")[0] == 0
    assert call("run", "-w", "ws", "-q")[0] == 0
    assert _files_with(text, workspace.root, cache, but=before) == []
    assert _vectors_with(text, workspace) == []
    assert deletions.in_exports(workspace) == {"before": [tweet_id]}
    assert "before" in call("status", "-w", "ws")[1]
