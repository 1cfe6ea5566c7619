"""Tables that the column map of a recipe describes."""

import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reading import lines, read
from workbench.ingest.formats import column_format
from workbench.recipe import ColumnMap, IngestSettings

FIRST, SECOND, THIRD = 1146303338000000001, 1146303438000000002, 1146303538000000003


def mapped(**columns) -> IngestSettings:
    return IngestSettings(columns=ColumnMap(**columns))


FULL = mapped(
    tweet_id="Tweet Id",
    text="Tweet",
    author_name="By",
    reply_to_id="Answers",
    likes="Likes",
    created_at="When",
)


def test_table_is_read_by_the_map():
    table = (
        "When,Tweet Id,By,Tweet,Answers,Likes\n"
        f'x,{FIRST},@ann,"How do I, say, prune roses?",,"1,024"\n'
        f"x,https://x.com/bob/status/{SECOND},bob,@ann in March &amp; April,{FIRST},nan\n"
    )
    frame, row = read(table.encode(), settings=FULL)
    assert (row["format"], row["tweets"]) == (f"columns {FULL.columns.digest()}", 2)
    assert frame.select("tweet_id", "author_name", "reply_to_id", "likes", "text").rows() == [
        (FIRST, "ann", None, 1024, "How do I, say, prune roses?"),
        (SECOND, "bob", FIRST, None, "@ann in March & April"),
    ]
    assert frame["source"].unique().to_list() == ["columns"]
    assert str(frame["created_at"][0]).startswith("2019-07-03")


def test_map_comes_before_the_known_formats():
    table = b"id,conversation_id,username,tweet,more\n7,7,ann,hi,you\n"
    assert read(table)[1]["format"] == "twint"
    frame, row = read(table, settings=mapped(tweet_id="id", text="more", author_name="username"))
    assert row["format"].startswith("columns")
    assert frame["text"].to_list() == ["you"]


def test_member_without_the_columns_of_the_map_is_read_as_what_it_is():
    table = b"id,conversation_id,username,tweet\n7,7,ann,hi\n"
    assert read(table, settings=FULL)[1]["format"] == "twint"


def test_records_without_the_columns_are_read_as_what_they_are():
    status = {"id": SECOND, "id_str": str(SECOND), "full_text": "b", "user": {"id": 9}}
    frame, row = read(lines({"Tweet Id": FIRST, "Tweet": "a"}, status), settings=FULL)
    assert row["tweets"] == 2
    assert frame["source"].to_list() == ["columns", "twitterstream"]


@pytest.mark.parametrize("by", [",", ";", "\t"])
def test_table_with_two_columns_is_read(by):
    table = f"Tweet{by}Link\nhi{by}https://twitter.com/ann/status/{FIRST}\n"
    frame, _ = read(table.encode(), settings=mapped(tweet_id="Link", text="Tweet"))
    assert frame.select("tweet_id", "text").rows() == [(FIRST, "hi")]


def test_two_columns_in_another_script_are_read():
    table = f"本文,ツイートID\nこんにちは,{FIRST}\n"
    frame, _ = read(table.encode(), settings=mapped(tweet_id="ツイートID", text="本文"))
    assert frame["text"].to_list() == ["こんにちは"]


def test_missing_column_of_a_table_rejects_its_rows():
    table = f"Tweet Id,Tweet,Author\n{FIRST},a,ann\n{SECOND},b,bob\n"
    frame, row = read(table.encode(), settings=FULL)
    assert frame.is_empty()
    reason = "[ingest.columns] names what the table lacks: `By`, `Answers`, `When`, `Likes`"
    assert row["reject_reasons"] == [{"kind": "wrong_map", "reason": reason, "count": 2}]


def test_key_that_some_objects_lack_is_null_and_one_that_all_lack_is_counted():
    opener = {"Tweet Id": FIRST, "Tweet": "a", "By": "ann", "When": None, "Likes": 1}
    reply = {"Tweet Id": SECOND, "Tweet": "b", "Answers": FIRST}
    settings = FULL.model_copy(
        update={"columns": FULL.columns.model_copy(update={"lang": ("Langauge",)})}
    )
    frame, row = read(lines(opener, reply), settings=settings)
    assert frame["reply_to_id"].to_list() == [None, FIRST]
    assert row["odd_fields"] == [{"kind": "lang (no record has `Langauge`)", "count": 2}]


def test_map_for_one_file_does_not_read_a_stream():
    status = {"id": SECOND, "id_str": str(SECOND), "text": "b", "user": {"screen_name": "bob"}}
    settings = mapped(tweet_id="id", text="text", author_name="Username")
    frame, row = read(lines(status), settings=settings)
    assert (row["format"], frame["author_name"].to_list()) == ("twitterstream", ["bob"])
    settings = mapped(tweet_id="id", text="text", author_name="user.screen_name")
    assert read(lines(status), settings=settings)[1]["format"].startswith("columns")


def test_rounded_parent_is_unknown_and_counted():
    table = (
        "When,Tweet Id,By,Tweet,Answers,Likes\n"
        f",{FIRST},ann,a,,\n,{SECOND},bob,b,1.146303338e+18,\n,{THIRD},bob,b,{FIRST}.0,\n"
    )
    frame, row = read(table.encode(), settings=FULL)
    assert frame["reply_to_id"].to_list() == [None, None, None]
    assert row["odd_fields"] == [{"kind": "reply_to_id (rounded)", "count": 2}]


def test_ids_that_a_spreadsheet_has_rounded_are_refused_unless_a_link_has_them():
    ids = [1669700100971530000 + 10000 * number for number in range(30)]
    rows = [f"{number},hi,https://x.com/a/status/{number + 7},7" for number in ids]
    table = "\n".join(["Id,Text,Link,Other", *rows]).encode()
    frame, row = read(table, settings=mapped(tweet_id="Id", text="Text"))
    assert (frame.height, row["rejected"]) == (0, 30)
    frame, row = read(table, settings=mapped(tweet_id=["Id", "Link"], text="Text"))
    assert frame["tweet_id"].to_list() == [number + 7 for number in ids]


def test_odd_cells_cost_the_field_and_are_counted():
    odd = {"Tweet Id": 7, "Tweet": "a", "By": {}, "Answers": "@ann", "Likes": "many", "When": "x"}
    frame, row = read(lines(odd), settings=FULL)
    assert frame.select("author_name", "reply_to_id", "likes", "created_at").rows() == [
        (None, None, None, None)
    ]
    assert {each["kind"]: each["count"] for each in row["odd_fields"]} == dict.fromkeys(
        ["author_name", "created_at", "likes", "reply_to_id (no id)"], 1
    )


def test_time_of_an_old_tweet_follows_the_pattern():
    settings = mapped(tweet_id="id", text="t", created_at="d", created_at_format="%d.%m.%Y %H:%M")
    frame, _ = read(lines({"id": 20, "t": "first", "d": "21.03.2006 21:50"}), settings=settings)
    assert str(frame["created_at"][0])[:16] == "2006-03-21 21:50"


def test_first_column_with_a_value_counts():
    settings = mapped(tweet_id="id", text=["long", "short"], author_name=["a", "b.c"])
    records = [
        {"id": 20, "long": None, "short": "so", "a": "nan", "b": {"c": "ann"}},
        {"id": 21, "long": "", "short": "nan", "a": "bob"},
        {"id": 22, "short": "None"},
    ]
    frame, _ = read(lines(*records), settings=settings)
    assert frame.select("text", "author_name").rows() == [
        *(("so", "ann"), ("nan", "bob"), ("None", None)),
    ]


def test_retweets_are_only_counted():
    settings = mapped(tweet_id="id", text="t", retweeted_id="rt")
    frame, row = read(
        lines({"id": 20, "t": "RT", "rt": 9}, {"id": 21, "t": "a", "rt": None}), settings=settings
    )
    assert (frame["tweet_id"].to_list(), row["carriers"]) == ([21], 1)


def test_nested_objects_are_reached_by_dots():
    settings = mapped(tweet_id="post.id", text="post.body", author_name="post.by.name")
    post = {"id": {"$numberLong": str(FIRST)}, "body": "hi", "by": {"name": "ann"}}
    frame, _ = read(lines({"post": post}), settings=settings)
    assert frame.select("tweet_id", "text", "author_name").rows() == [(FIRST, "hi", "ann")]


def test_parquet_with_structs_is_read():
    frame = pl.DataFrame(
        {
            "id": [FIRST, SECOND],
            "body": ["a", "b"],
            "user": [{"name": "ann"}, {"name": "bob"}],
            "parent": [None, FIRST],
        }
    )
    stream = io.BytesIO()
    frame.write_parquet(stream)
    settings = mapped(tweet_id="id", text="body", author_name="user.name", reply_to_id="parent")
    tweets, _ = read(stream.getvalue(), settings=settings)
    assert tweets.select("author_name", "reply_to_id").rows() == [("ann", None), ("bob", FIRST)]
    settings = mapped(tweet_id="id", text="body", author_name="user.nick")
    assert read(stream.getvalue(), settings=settings)[1]["rejected"] == 2


def test_named_format_wins_over_the_map():
    settings = FULL.model_copy(update={"format": "twint"})
    assert read(lines({"Tweet Id": 7, "Tweet": "a"}), settings=settings)[1]["format"] == "twint"


def test_of_recipe_needs_a_map_and_a_record_with_its_columns():
    sample = {"Tweet Id": 7, "Tweet": "a"}
    assert column_format.of_recipe(IngestSettings(), [sample], is_table=True) is None
    assert column_format.of_recipe(FULL, [{"Tweet": "a"}, 7], is_table=True) is None
    assert column_format.of_recipe(FULL, [sample], is_table=True) is not None


_VALUES = st.none() | st.integers() | st.text(max_size=12) | st.floats() | st.just({}) | st.just([])
_NAMES = [name for names in FULL.columns.named().values() for name in names]


@given(st.lists(st.dictionaries(st.sampled_from(_NAMES), _VALUES), max_size=6))
def test_no_record_is_lost_or_gets_a_wrong_id(records):
    frame, row = read(lines(*records), settings=FULL)
    assert row["lines"] == len(records)
    written = {str(record.get("Tweet Id")).strip() for record in records}
    assert {str(number) for number in frame["tweet_id"]} <= {
        text.removesuffix(".0") for text in written
    }
