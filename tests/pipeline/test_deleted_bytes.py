"""After a take-down, the text of the deleted tweet is in no file: all of them are searched."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.support.command_line import FAST_RECIPE, call
from tests.support.embedding import HASHING
from tests.support.jobs import ended
from tests.support.statuses import NEW, status
from workbench import instructions
from workbench.dashboard.session import jobs
from workbench.embeddings import lance_table, vector_cache
from workbench.hydration.page_store import Pages
from workbench.labels import store
from workbench.pipeline import deletions
from workbench.storage import Workspace

pytestmark = pytest.mark.slow  # runs all stages twice

TEXT = "how do I prune a zyxwvine in winter without harm? please explain it to me"
RECIPE = FAST_RECIPE.replace("min = 0.2", "min = -1.0") + '[export]\nformats = ["messages"]\n'


def texts_of(path: Path) -> str:
    """Return everything in a file as text, unpacked."""
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path).to_dicts())
    return path.read_bytes().decode("latin-1")


def places(folder: Path) -> set[str]:
    """Return the first parts of the paths of all files that contain the text."""
    marked = [path for path in folder.rglob("*") if path.is_file() and "zyxwvine" in texts_of(path)]
    return {path.relative_to(folder).parts[0] for path in marked}


def of_vectors(workspace: Workspace) -> bool:
    """Return whether any version of the table of vectors contains the text."""
    table = lance_table.open_table(workspace.embeddings_path)
    for version in table.list_versions():
        table.checkout(version["version"])
        if "zyxwvine" in str(table.to_arrow().column("text").to_pylist()):
            return True
    return False


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace that has the text wherever one may have it, made by a job."""
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "cache"))
    made = Workspace.create(tmp_path / "ws")
    made.write_text("recipe.toml", RECIPE)
    replies = [
        status(
            NEW + 1_001 * n,
            id_str=str(NEW + 1_001 * n),
            text=f"@ann cut it in dry weather, says {n}",
            in_reply_to_status_id=NEW,
            in_reply_to_status_id_str=str(NEW),
            user={"id": n, "screen_name": f"u{n}"},
            lang="en",
        )
        for n in (8, 9)
    ]
    rows = [status(NEW, text=TEXT, lang="en"), *replies]
    rows += [status(NEW + 50_000, text=f"RT @ann: {TEXT}", retweeted_status=rows[0])]
    dump = tmp_path / "a.jsonl"
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows))
    jobs.start(made, ["run", str(dump)], title="Run")
    job = ended(made, patience=120)  # it runs all stages
    assert job.exit_code == 0, job.log()
    marked = pl.DataFrame({"tweet_id": [NEW], "text": [TEXT]})
    store.add(made, marked.with_columns(label=pl.lit("fits")), labeller="ann")
    instructions.add(made, marked, source="mine")
    page = {"data": [{"id": str(NEW), "text": TEXT, "author_id": "7"}]}
    Pages(made).add(json.dumps(page).encode())
    hashes = vector_cache.text_hashes(pl.Series([TEXT]))
    rows = pl.DataFrame({"tweet_id": [NEW], "text_hash": hashes})
    vector_cache.shared().write(rows, HASHING.encode([TEXT]), embedder=HASHING)
    return made


def test_the_text_of_a_deleted_tweet_is_in_no_file(workspace, tmp_path):
    root, vector = workspace.root, HASHING.encode([TEXT]).tobytes()
    before = places(root)
    assert before >= {"0_hydrated", "1_tweets", "2_threads", "4_scores", "6_exports", "labels"}
    assert "instructions" in before
    assert of_vectors(workspace)
    (tmp_path / "ids.txt").write_text(str(NEW))
    assert call("deletions", "add", tmp_path / "ids.txt", "-w", root)[0] == 0
    code, output = call("run", "-w", root)
    assert code in (0, 1), output  # nothing is left to export
    assert deletions.in_exports(workspace) == {"default": [NEW]}
    assert places(root) == {"6_exports"}
    assert not of_vectors(workspace)
    cached = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*.sqlite*"))
    assert cached
    assert vector not in cached
    assert "zyxwvine" not in cached.decode("latin-1")
