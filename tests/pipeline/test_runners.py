"""Check that equal inputs give equal bytes."""

import hashlib

from workbench import pipeline
from workbench.storage import Workspace


def digests(folder):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def test_equal_inputs_give_equal_bytes(workspace, recipe, dump, tmp_path):
    again = Workspace.create(tmp_path / "again")
    (again.root / "private").mkdir()
    (again.root / "private" / "secret").write_bytes(workspace.secret)
    pipeline.ingest(again, recipe, paths=[str(dump[0])])
    pipeline.bring_up_to_date(again, recipe)
    for folder in ["1_tweets/tweets", "2_threads", "4_scores", "5_selection", "6_exports"]:
        assert digests(again.root / folder) == digests(workspace.root / folder), folder
