"""Check how archives and members are named in narrow tables."""

import polars as pl

from workbench.cli.reports import path_names


def test_member_is_named_with_its_file_or_by_the_file_alone():
    assert path_names.member({"file": "a.tar", "name": "b.json"}) == "a.tar b.json"
    assert path_names.member({"file": "a.json", "name": ""}) == "a.json"


def test_with_file_keeps_the_path_of_standard_input_and_folders():
    frame = pl.DataFrame({"archive": ["-", "/", "x/a.tar"]})
    assert path_names.with_file(frame)["file"].to_list() == ["-", "/", "a.tar"]


def test_tail_counts_the_cells_of_wide_characters():
    assert path_names.tail("日本語/29.json", 9) == "…/29.json"
    assert path_names.tail("日本語", 5) == "…本語"
