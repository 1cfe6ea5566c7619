"""Read files of scores: ids stay exact, and what is wrong is said."""

import polars as pl
import pytest

from workbench.exceptions import MeasureError
from workbench.measures.score_files import read

ID = 1_147_123_456_789_012_481


def test_ids_as_text_stay_exact_in_every_format(tmp_path):
    frame = pl.DataFrame({"thread_id": [str(ID), f" {ID + 1} "], "mood": [0.5, None]})
    frame.write_csv(tmp_path / "a.csv")
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_ndjson(tmp_path / "a.jsonl")
    for name in ("a.csv", "a.parquet", "a.jsonl"):
        table = read(tmp_path / name)
        assert table.rows.rows() == [(ID, 0.5), (ID + 1, None)]
        assert (table.origin, table.key, table.names) == (name, "thread_id", ["mood"])


def test_a_file_with_both_ids_is_one_of_tweets(tmp_path):
    (tmp_path / "a.csv").write_text("thread_id,tweet_id,mood\n1,2,3\n")
    table = read(tmp_path / "a.csv", by="max")
    assert (table.key, table.by, table.names) == ("tweet_id", "max", ["mood"])


def test_chosen_columns_are_read_and_odd_values_counted(tmp_path):
    (tmp_path / "a.csv").write_text("thread_id,turns,mood\n1,2,NaN\n2,2,0.5\n")
    table = read(tmp_path / "a.csv", names=["mood"])
    assert (table.rows["mood"].to_list(), table.unknown) == ([None, 0.5], 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,mood\n1,2\n", "has no column `thread_id` or `tweet_id`"),
        ("thread_id\n1\n", "no other column"),
        ("thread_id,mood\n1.147e18,2\n", r"1 of 1 ids .* that of row 1 is '1.147e18'"),
        ("thread_id,mood\n1,2\n,3\n", r"1 of 2 ids"),
        ("thread_id,mood\n1,2\n1,3\n", r"1 of 2 ids .* repeat another one, like 1"),
        ("thread_id,turns\n1,2\n", r"`turns` is the name of a built-in column"),
        ("thread_id,My Mood\n1,2\n", r"`My Mood` is not a name"),
        ("", "cannot be read"),
        ("thread_id,mood\n", "has no row"),
        ("thread_id,mood\n1,\n2,NA\n", "No value of the column `mood`"),
        ("thread_id,mood\n1,0.5\n2,high\n", r"numbers and 1 other value: 'high' \(line 3\)"),
    ],
)
def test_wrong_files_are_refused(tmp_path, text, problem):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(MeasureError, match=problem):
        read(tmp_path / "a.csv")


def test_wrong_types_are_refused(tmp_path):
    pl.DataFrame({"thread_id": [1.0], "mood": [1]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(MeasureError, match="floats, which round"):
        read(tmp_path / "a.parquet")
    pl.DataFrame({"thread_id": [1], "mood": [[1]]}).write_parquet(tmp_path / "b.parquet")
    with pytest.raises(MeasureError, match="type List"):
        read(tmp_path / "b.parquet")
    with pytest.raises(MeasureError, match="not a Parquet, CSV, JSON lines or Python file"):
        read(tmp_path / "a.xlsx")
    with pytest.raises(MeasureError, match=r"gone\.csv cannot be read"):
        read(tmp_path / "gone.csv")
