"""What is shown of a file before it is read."""

import json
import zipfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reading import lines
from workbench.archives.member import Member
from workbench.exceptions import ArchiveError
from workbench.ingest import preview
from workbench.recipe import ColumnMap, IngestSettings

FIRST, SECOND = 1146303338000000001, 1146303438000000002
TABLE = f"Tweet Id,Tweet,By\n{FIRST},How?,ann\n{SECOND},Like this,bob\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(TABLE)
    return path


def test_unknown_table_is_shown_with_a_guess(table):
    shown = preview.of_file(table)
    assert (shown.format, shown.tweets, shown.columns) == (None, [], ("Tweet Id", "Tweet", "By"))
    assert shown.records[1] == {"Tweet Id": str(SECOND), "Tweet": "Like this", "By": "bob"}
    assert shown.guess == {"tweet_id": "Tweet Id", "text": "Tweet"}
    assert list(shown.rejects) == ["of no known format, with the keys: Tweet Id, Tweet, By"]


def test_map_can_be_tried(table):
    columns = ColumnMap(tweet_id="Tweet Id", text="Tweet", author_name="By")
    shown = preview.of_file(table, settings=IngestSettings(columns=columns))
    assert shown.format == "columns"
    assert [tweet["author_name"] for tweet in shown.tweets] == ["ann", "bob"]
    assert shown.origins["author_name"] == "By"
    assert (shown.guess, shown.other_columns) == ({}, ())


def test_wrong_map_shows_why_and_guesses_again(table):
    columns = ColumnMap(tweet_id="Tweet Id", text="Tweet", author_name="Bi")
    shown = preview.of_file(table, settings=IngestSettings(columns=columns))
    assert shown.rejects == {"[ingest.columns] names what the table lacks: `Bi`": 2}
    assert shown.guess["text"] == "Tweet"


def test_known_format_is_shown_with_the_keys_of_its_fields(tmp_path):
    status = {
        **{"id": SECOND, "id_str": str(SECOND), "full_text": "a", "user": {"screen_name": "ann"}},
        **{"in_reply_to_status_id": FIRST, "source": "web", "lang": "en", "conversation": "17000"},
    }
    (tmp_path / "a.jsonl").write_bytes(lines(status))
    shown = preview.of_file(tmp_path / "a.jsonl")
    assert shown.format == "twitterstream"
    assert shown.origins == {
        **{"tweet_id": "id", "text": "full_text", "author_name": "user.screen_name"},
        **{"reply_to_id": "in_reply_to_status_id", "lang": "lang"},
    }
    assert shown.unread == ("conversation: conversation",)
    assert "source" in shown.other_columns


def test_own_tweets_of_a_page_are_shown_before_included_ones(tmp_path):
    page = {
        "data": [{"id": str(SECOND), "text": "b", "author_id": "9"}],
        "includes": {"tweets": [{"id": str(FIRST), "text": "a", "author_id": "8"}]},
    }
    page["data"][0]["referenced_tweets"] = [{"type": "replied_to", "id": str(FIRST)}]
    for padding in ("", "x" * 100_000):  # large pages are not decoded to detect their format
        (tmp_path / "a.json").write_text(json.dumps({**page, "meta": {"next_token": padding}}))
        shown = preview.of_file(tmp_path / "a.json")
        assert [tweet["text"] for tweet in shown.tweets] == ["b"]
        assert shown.origins["tweet_id"] == "data[].id"
        assert shown.origins["reply_to_id"] == "data[].referenced_tweets[].id"


def test_first_members_of_an_archive_are_shown(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        for number in range(9):
            bundle.writestr(f"{number}.csv", TABLE)
    shown = list(preview.of_files([str(tmp_path / "a.zip")]))
    assert [each.name for each in shown] == [f"{number}.csv" for number in range(preview.MEMBERS)]


def test_parquet_file_is_shown_and_nothing_is_written(tmp_path):
    pl.DataFrame({"id": [FIRST], "text": ["a"]}).write_parquet(tmp_path / "a.parquet")
    shown = preview.of_file(tmp_path / "a.parquet")
    assert shown.guess == {"tweet_id": "id", "text": "text"}
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


@pytest.mark.parametrize(
    ("content", "damage"),
    [(b"", "no records"), (bytes(range(256)), "not text"), (b"PAR1 no", "Parquet unreadable")],
)
def test_file_without_records_says_why(tmp_path, content, damage):
    (tmp_path / "a.bin").write_bytes(content)
    shown = preview.of_file(tmp_path / "a.bin")
    assert shown.damage.startswith(damage)
    assert (shown.columns, shown.tweets) == ((), [])


def test_missing_or_empty_paths_are_errors(tmp_path):
    with pytest.raises(ArchiveError, match="does not exist"):
        preview.of_file(tmp_path / "a.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArchiveError, match="contains nothing to read"):
        preview.of_file(tmp_path / "empty")


_JSON_LIKE = st.text(alphabet='{}[]",:;\n\tid0 ', max_size=200)
_ROWS = st.text(alphabet="id,text\n\"'=7{}", max_size=200).map("id,text\n".__add__)


@given(st.binary(max_size=200) | (_JSON_LIKE | _ROWS).map(str.encode))
def test_no_bytes_make_a_preview_fail(data):
    member = Member("a", "", len(data), data=data)
    columns = ColumnMap(tweet_id="id", text="text", author_name="by.name")
    for settings in (IngestSettings(), IngestSettings(columns=columns)):
        shown = preview.of_member(member, settings=settings)
        assert len(shown.tweets) <= preview.ROWS


def test_parquet_in_a_zip_is_shown(tmp_path):
    pl.DataFrame({"id": [FIRST], "text": ["a"]}).write_parquet(tmp_path / "a.parquet")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.write(tmp_path / "a.parquet", "a.parquet")
    assert preview.of_file(tmp_path / "a.zip").guess == {"tweet_id": "id", "text": "text"}


@pytest.mark.real_data
def test_every_real_file_is_shown_with_its_format(real_data):
    for path in sorted(real_data.glob("*/*.jsonl")):
        if path.parent.name in ("snscrape", "twscrape"):
            shown = preview.of_file(path)
            assert shown.format == path.parent.name
            assert {"tweet_id", "text", "author_name"} <= shown.origins.keys()
