"""What is written to the files of an export, and what is counted."""

from tests.support.trees_by_hand import BRANCHED, build_trees
from workbench.export import file_writers, formats
from workbench.export.file_writers import FileWriter
from workbench.recipe import ExportSettings


def test_writer_counts_records_turns_and_used_tweets(tmp_path):
    roots, _ = build_trees(BRANCHED)
    settings = ExportSettings(paths="all")
    file = FileWriter(formats.by_name("messages"), None, folder=tmp_path, settings=settings)
    used = {}
    with file:
        file.write(roots, used=used)
    (entry,) = file.entries()
    assert (entry.records, entry.turns, entry.distinct_turns, entry.words) == (2, 8, 7, 8)
    assert file_writers.sorted_ids(used) == [1, 2, 3, 4, 5, 7, 8]
    assert (tmp_path / "messages.jsonl").read_bytes().count(b"\n") == 2


def test_paths_that_begin_with_other_replies_count_their_root_once(tmp_path):
    roots, _ = build_trees(BRANCHED)
    settings = ExportSettings(replies=2)
    file = FileWriter(formats.by_name("messages"), None, folder=tmp_path, settings=settings)
    with file:
        file.write(roots, used={})
    (entry,) = file.entries()
    assert (entry.records, entry.turns, entry.distinct_turns) == (2, 8, 7)
