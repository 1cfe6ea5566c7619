"""Known instructions: the starter set, and the files of others in every shape."""

import gzip
import json
import re
import string
from importlib import resources

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import instructions
from workbench.exceptions import InstructionError
from workbench.instructions import file_reader, record_formats, text_files
from workbench.schemas import Instructions

SHIPPED = [
    json.loads(line)
    for line in resources.files("workbench")
    .joinpath("data/instructions.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]

TURNS = {
    "conversations": [
        {"from": "system", "value": "be brief"},
        {"from": "human", "value": "what is rain?"},
        {"from": "gpt", "value": "water"},
        {"from": "human", "value": "and snow?"},
    ]
}
TREE = {
    "message_tree_id": "a",
    "prompt": {
        "text": "why do cats purr",
        "role": "prompter",
        "replies": [{"text": "they are content", "role": "assistant", "replies": []}],
    },
}
PART = {"messages": [{"role": "user", "content": [{"type": "text", "text": "draw a cat"}]}]}


@pytest.fixture
def file(tmp_path):
    """Write a file of instructions and give its path."""

    def write(content, name="given.jsonl"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def lines(*records):
    return "\n".join(json.dumps(record) for record in records)


def texts(path):
    return instructions.from_file(path)["text"].to_list()


# --- the starter set -------------------------------------------------------------------------


def test_starter_is_large_and_distinct():
    frame = instructions.starter()
    assert frame.height >= 640
    normal = frame["text"].str.to_lowercase().str.replace_all(r"[^\w]+", " ")
    assert normal.n_unique() == frame["instruction_id"].n_unique() == frame.height
    assert frame["source"].unique().to_list() == ["starter"]


def test_starter_ids_count_up():
    ids = instructions.starter()["instruction_id"].to_list()
    assert ids == [f"starter-{number:04d}" for number in range(1, len(ids) + 1)]


def test_starter_covers_thirty_topics():
    counts = instructions.starter()["topic"].value_counts()
    assert counts.height == 30
    assert counts["count"].min() >= 20
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", topic) for topic in counts["topic"])


def test_starter_has_tweets_that_fit_a_tweet():
    tweets = [row["text"] for row in SHIPPED if row["register"] == "tweet"]
    assert len(tweets) >= 250
    assert max(map(len, tweets)) <= 280
    assert {row["register"] for row in SHIPPED} == {"tweet", "assistant"}


def test_starter_needs_no_picture_and_no_link():
    joined = "\n".join(row["text"] for row in SHIPPED)
    assert not re.search(
        r"https?://|@\w{3,}|(?i:attached|screenshot below|this (photo|picture))", joined
    )


def test_starter_repeats_no_template():
    openings = pl.Series([" ".join(row["text"].lower().split()[:4]) for row in SHIPPED])
    assert openings.value_counts()["count"].max() <= 12


# --- shapes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"instruction": "Add.", "input": "2, 3", "output": "5"}, "Add.\n2, 3"),
        ({"instruction": "Name a cheese.", "input": "", "output": "Brie"}, "Name a cheese."),
        ({"instruction": "Who?", "context": "Ann ran.", "response": "Ann"}, "Who?\nAnn ran."),
        ({"instruction": "Fix.", "instances": [{"input": "teh", "output": "the"}]}, "Fix.\nteh"),
        ({"instruction": "Fix it.", "instances": []}, "Fix it."),
        ({"INSTRUCTION": "Say hi.", "RESPONSE": "hi", "SOURCE": "x", "METADATA": "{}"}, "Say hi."),
        (TURNS, "what is rain?"),
        ({"messages": [{"role": "user", "content": "hello?"}]}, "hello?"),
        (PART, "draw a cat"),
        (TREE, "why do cats purr"),
        ({"text": "why?", "role": "prompter", "parent_id": None}, "why?"),
        ({"text": "why so?", "id": 3}, "why so?"),
        ({"prompt": "how so?"}, "how so?"),
        ({"question": "who so?", "answer": "he"}, "who so?"),
    ],
)
def test_request_finds_each_shape(record, expected):
    assert record_formats.request(record) == expected


@pytest.mark.parametrize(
    "record",
    [
        *(None, 3, [], ["a"], {}, {"speech": "hello?"}, {"instruction": None}, {"text": " "}),
        {"text": "two", "prompt": "candidates"},
        {"messages": [{"role": ["user"], "content": "x"}, 7, {"role": "assistant"}]},
        {"conversations": [{"from": "human", "value": 5}]},
        {"instruction": {"a": 1}, "instances": 3, "prompt": {"text": 4}},
    ],
)
def test_request_refuses_what_it_does_not_know(record):
    assert record_formats.request(record) is None


@pytest.mark.parametrize(
    "record",
    [
        {"text": "they do", "role": "assistant", "parent_id": "a"},
        {"text": "and snow?", "role": "prompter", "parent_id": "b"},
        {"prompt": {"text": "gone", "role": "prompter", "deleted": True}},
    ],
)
def test_request_sets_replies_aside(record):
    assert record_formats.request(record) == record_formats.REPLY


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("text", "prompt", "role", "from", "value", "content", "instruction"),
                    *("input", "instances", "messages", "conversations", "parent_id", "topic"),
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_like)
def test_request_survives_wrong_types_in_every_field(record):
    assert isinstance(record_formats.request(record), str | None)
    assert isinstance(record_formats.topic(record), str | None)


# --- files -----------------------------------------------------------------------------------


def test_from_file_reads_array_lines_and_spread_objects_alike(file):
    records = [{"instruction": "one"}, {"instruction": "two", "input": "[}\n"}]
    expected = ["one", "two\n[}"]
    assert texts(file(json.dumps(records))) == expected
    assert texts(file(json.dumps(records, indent=2))) == expected
    assert texts(file(lines(*records))) == expected
    assert texts(file(lines(*records).replace("\n", "\r\n\r\n"))) == expected
    assert texts(file("\n".join(json.dumps(record, indent=1) for record in records))) == expected


def test_from_file_reads_an_array_of_strings(file):
    assert texts(file('["one", "two"]')) == ["one", "two"]


def test_from_file_reads_plain_lines(file):
    content = "how do magnets work\n\n  {smile} name, a text\u2028or two \r\n[note] what is it\n"
    assert texts(file(content, "given.txt")) == [
        "how do magnets work",
        "{smile} name, a text\u2028or two",
        "[note] what is it",
    ]


def test_from_file_reads_tables(file):
    rows = 'id,Instruction,Input\n1,"Add, please.","2\n3"\n\n2,Name it.,\n'
    assert texts(file(rows, "given.csv")) == ["Add, please.\n2\n3", "Name it."]
    assert texts(file("\tquestion\n0\twho?\n", "given.tsv")) == ["who?"]
    assert texts(file("text\nwell, why?\n", "given.csv")) == ["well, why?"]


def test_from_file_goes_by_content_not_by_name(file):
    assert texts(file('{"prompt": "one"}', "given.txt")) == ["one"]
    assert texts(file(gzip.compress(b'{"prompt": "one"}'), "given.json")) == ["one"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_from_file_reads_each_encoding(file, encoding):
    assert texts(file('{"prompt": "où est-ce ?"}'.encode(encoding))) == ["où est-ce ?"]


def test_from_file_keeps_topic_and_names_source(file):
    path = file(lines({"instruction": "a", "category": "open_qa"}, {"instruction": "b"}))
    frame = instructions.from_file(path)
    assert frame["topic"].to_list() == ["open-qa", None]
    assert frame["source"].unique().to_list() == ["given.jsonl"]


def test_from_file_mends_text(file):
    content = (
        r'{"prompt": "a\u0000b \ud83d x \ud83d\ude00"}' + "\n" + lines({"prompt": "x" * 30_000})
    )
    first, second = texts(file(content))
    assert first == "a b \ufffd x \U0001f600"
    assert len(second) == file_reader.MAX_CHARACTERS


def test_from_file_gives_the_same_ids_in_every_order_and_file_type(file):
    one = instructions.from_file(file(lines({"prompt": "A  b"}, {"prompt": "c"}), "my set.jsonl"))
    two = instructions.from_file(file("c\na b", "my set.txt"))
    assert sorted(one["instruction_id"]) == sorted(two["instruction_id"])
    assert one["instruction_id"].str.starts_with("my-set-").all()


# --- counts ----------------------------------------------------------------------------------


def test_read_accounts_for_every_record(file):
    content = lines(
        {"text": "why?", "role": "prompter"},
        {"text": "so", "role": "assistant"},
        {"text": "WHY? ", "role": "prompter"},
        {"speech": "?"},
    )
    reading = file_reader.from_file(file(content + '\n{"text": "cut o\n[' + "[" * 100_000))
    assert reading.instructions["text"].to_list() == ["why?"]
    assert (reading.records, reading.skipped, reading.replies, reading.repeated) == (6, 3, 1, 1)


def test_read_takes_no_text_that_is_labelled_as_not_fitting(file):
    judged = {"fits": "why?", "no": "good morning all", "borderline": "who won?", "open_qa": "how?"}
    reading = file_reader.from_file(
        file(lines(*({"text": t, "label": n} for n, t in judged.items())))
    )
    assert reading.instructions["text"].to_list() == ["why?", "how?"]
    assert (reading.records, reading.unfit, reading.skipped) == (4, 2, 0)
    with pytest.raises(InstructionError, match="1 are labelled as not fitting"):
        file_reader.from_file(file('{"question": "lol ok", "label": "no"}'))


@pytest.mark.parametrize("tail", ['{"prompt": "thr', "", "3"])
def test_read_keeps_what_stands_before_the_damage_of_an_array(file, tail):
    reading = file_reader.from_file(file('[{"prompt": "one"}, {"prompt": "two"},' + tail))
    assert reading.instructions["text"].to_list() == ["one", "two"]
    assert reading.skipped == 1 + (tail == "3")


def test_read_counts_what_follows_an_array(file):
    assert file_reader.from_file(file('["one"]\n["two"]')).skipped == 1
    reading = file_reader.from_file(file('["one"]\n{"prompt": "two"}\n{"prompt": "three"}'))
    assert reading.instructions["text"].to_list() == ["one", "two", "three"]


FRUIT, CHEESE = '{"instruction": "Name a fruit."}', '{"instruction": "Name a cheese."}'


@pytest.mark.parametrize(
    "content",
    [
        f"[\n{FRUIT},\n{CHEESE}\n]\n",
        f"[\n{FRUIT},\n{CHEESE},\n]\n",
        f"[\n{FRUIT}\n,{CHEESE}\n]",
        f"[\n,{FRUIT}\n,{CHEESE}\n]",
        f"\ufeff \n[ {FRUIT},\n\n{CHEESE} ]",
        f"{FRUIT},\n{CHEESE}\n",
        '{"conversations": [\n{"from": "human", "value": "Name a fruit."}\n]}\n' + CHEESE,
    ],
)
def test_read_takes_values_that_stand_on_lines_of_their_own(file, content):
    reading = file_reader.from_file(file(content))
    assert reading.instructions["text"].to_list() == ["Name a fruit.", "Name a cheese."]
    assert (reading.records, reading.skipped) == (2, 0)


def test_read_takes_an_array_that_is_damaged_later_on(file):
    reading = file_reader.from_file(file(f"[\n{FRUIT},\n{CHEESE},\n{{oops\n]\n"))
    assert reading.instructions["text"].to_list() == ["Name a fruit.", "Name a cheese."]
    assert (reading.records, reading.skipped) == (3, 1)


@pytest.mark.parametrize("first", ['[{"cut o', '{"cut o', '["cut o', "[]"])
def test_read_takes_lines_of_which_the_first_is_damaged(file, first):
    reading = file_reader.from_file(file(f"{first}\n{FRUIT}\n{CHEESE}\n"))
    assert reading.instructions["text"].to_list() == ["Name a fruit.", "Name a cheese."]
    assert reading.skipped == (first != "[]")


def test_read_takes_the_home_folder_for_a_tilde(file, tmp_path, monkeypatch):
    file(FRUIT, "mine.jsonl")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert texts("~/mine.jsonl") == ["Name a fruit."]
    with pytest.raises(InstructionError, match="~nobody-here/x does not exist"):
        texts("~nobody-here/x")


def test_read_counts_rows_that_do_not_fit_the_header(file):
    content = f"id,text\n1,a\n2,b,c\n3,{'x' * 200_000}\n4,d\n"
    reading = file_reader.from_file(file(content, "given.csv"))
    assert reading.instructions["text"].to_list() == ["a", "d"]
    assert reading.skipped == 2


def test_read_refuses_a_table_whose_header_has_an_open_quote(file):
    with pytest.raises(InstructionError, match=r"given\.csv, which names its columns, is damaged"):
        file_reader.from_file(file(f'id,"text\n{"1,a line of text" * 20_000}\n', "given.csv"))


def test_from_file_logs_what_it_skips(file, caplog):
    path = file(lines({"prompt": "one"}, {"speech": "two"}))
    instructions.from_file(path)
    assert caplog.messages == [f"{path}: 1 of 2 records hold no instruction"]


@given(
    st.lists(
        st.text(string.ascii_letters + " \t\u2028é\x0b", min_size=1).filter(str.strip), min_size=1
    )
)
def test_read_loses_no_line(tmp_path_factory, drawn):
    path = tmp_path_factory.mktemp("drawn") / "drawn.jsonl"
    path.write_text(lines(*({"prompt": text} for text in drawn)))
    reading = file_reader.from_file(path)
    rows = reading.instructions.height
    assert reading.records == len(drawn) == rows + reading.skipped + reading.repeated
    assert reading.skipped == 0


# --- combine ---------------------------------------------------------------------------------


def test_combine_keeps_the_first_of_equal_texts(file):
    one = instructions.from_file(file("Name a  cheese\nsecond", "one.txt"))
    two = instructions.from_file(file("third\nname A cheese", "two.txt"))
    both = instructions.combine(one, two)
    assert both["text"].to_list() == ["Name a  cheese", "second", "third"]
    assert both["source"].to_list() == ["one.txt", "one.txt", "two.txt"]


def test_combine_of_nothing_is_empty():
    assert instructions.combine().height == 0


def test_combine_refuses_ids_that_clash():
    rows = {"instruction_id": ["a"], "source": ["x"], "topic": [None], "tweet_id": [None]}
    one, two = (
        pl.DataFrame({**rows, "text": [text]}).pipe(Instructions.validate, cast=True)
        for text in ("one", "two")
    )
    with pytest.raises(InstructionError, match="1 of 2 instructions have the id of another"):
        instructions.combine(one, two)


# --- errors ----------------------------------------------------------------------------------


def test_load_knows_the_starter_set():
    assert instructions.load("starter").equals(instructions.starter())


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "a.txt", r"a\.txt is empty"),
        (b" \r\n\0", "a.txt", "is empty"),
        (b"PAR1" + bytes(range(256)) * 4, "a.parquet", "is a binary file"),
        ("foo;bar\nhow do I boil an egg?;1\n", "a.csv", "its first line names no known column"),
        ("what is it?".encode("utf-16")[:-1], "a.txt", "is not UTF-16-LE at byte 22 of 23"),
        ("text".encode("utf-16-le"), "a.txt", "is a binary file"),
        (b"d\xe9j\xe0 vu?\n", "a.txt", "is not UTF-8 at byte 1 of 9"),
        (gzip.compress(b"what is it?" * 9, mtime=0)[:-9], "a.gz", "is damaged or cut off"),
        (b"\x1f\x8bno gzip at all", "a.gz", "is damaged or cut off"),
        (b"window.YTD = [", "a.js", "is named as JSON and begins with 'window"),
        (b"[]", "a.json", "holds no instruction: 0 of 0"),
        (b'{"speech": 1, "act": 2}', "a.json", r"1 of 1 records .*: speech, act\."),
        (b'{"speech": tru}', "a.json", r"1 of 1 records .*: \(damaged\)"),
        (b'[{"a": 1}, [2]]', "a.json", r"2 of 2 records .*: a, \(list\)"),
        (b'{"text": "a", "role": "assistant"}', "a.json", "1 are replies"),
    ],
)
def test_read_says_what_is_wrong(file, content, name, problem):
    with pytest.raises(InstructionError, match=problem) as caught:
        file_reader.from_file(file(content, name))
    assert caught.value.hint


def test_read_names_the_known_shapes(file):
    with pytest.raises(InstructionError, match="Hint: known shapes are Alpaca"):
        file_reader.from_file(file('{"speech": "?"}'))


def test_load_names_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InstructionError, match=r"none\.jsonl does not exist"):
        instructions.load(str(tmp_path / "none.jsonl"))
    with pytest.raises(InstructionError, match="is a folder"):
        instructions.load(tmp_path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_read_refuses_large_files_also_compressed(file, monkeypatch, pack):
    monkeypatch.setattr(text_files, "MAX_BYTES", 2**20)
    with pytest.raises(InstructionError, match="holds more than 1 MiB"):
        file_reader.from_file(file(pack(b"a" * (2**20 + 1))))


# --- real files ------------------------------------------------------------------------------


def test_read_takes_every_seed_task(real_data):
    path = real_data / "instructions" / "seed_tasks.jsonl"
    reading = file_reader.from_file(path)
    assert reading.instructions.height == reading.records == 175
    assert reading.skipped == 0
    assert reading.instructions["text"].str.contains("\n").sum() > 50


@pytest.mark.parametrize("name", ["en_100_tree.jsonl", "en_100_message.jsonl"])
def test_read_takes_the_prompt_of_every_tree(real_data, name):
    path = real_data / "oasst" / name
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    trees = [row.get("prompt", row) for row in rows]
    reading = file_reader.from_file(path)
    assert reading.instructions.height == len(trees) == 100
    assert reading.instructions["text"][0] == trees[0]["text"].strip()
