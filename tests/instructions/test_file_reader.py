"""Files of instructions: what is read, counted, cleaned, and said about errors."""

import gzip
import json

import pytest

from workbench import instructions
from workbench.exceptions import InstructionError
from workbench.instructions import file_reader


def lines(*records):
    return "\n".join(json.dumps(record) for record in records)


def texts(path):
    return instructions.from_file(path)["text"].to_list()


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


FRUIT = '{"instruction": "Name a fruit."}'
CHEESE = '{"instruction": "Name a cheese."}'


def test_from_file_logs_what_it_skips(file, caplog):
    path = file(lines({"prompt": "one"}, {"speech": "two"}))
    instructions.from_file(path)
    assert caplog.messages == [f"{path}: 1 of 2 records contain no instruction"]


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
        (b"window.YTD = [", "a.js", "has a JSON file name but begins with 'window"),
        (b"[]", "a.json", "contains no instruction: 0 of 0"),
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
    with pytest.raises(InstructionError, match="Hint: known formats are Alpaca"):
        file_reader.from_file(file('{"speech": "?"}'))


def test_load_names_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InstructionError, match=r"none\.jsonl does not exist"):
        instructions.load(str(tmp_path / "none.jsonl"))
    with pytest.raises(InstructionError, match="is a folder"):
        instructions.load(tmp_path)


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


def test_read_splits_marked_up_prompts_and_counts_those_without_a_turn_of_the_user(file):
    content = lines(
        {"text": "### Human: why?### Assistant: so"},
        {"prompt": "<|im_start|>system\nbrief<|im_end|>"},
        {"instruction": "[INST] how? [/INST]"},
    )
    reading = file_reader.from_file(file(content))
    assert reading.instructions["text"].to_list() == ["why?", "how?"]
    assert (reading.records, reading.marked_up, reading.skipped) == (3, 1, 0)


@pytest.mark.parametrize(
    "content", ["<|im_start|>user\nwhy?\n<|im_end|>", "### Human: why?\n### Assistant: so\nand so"]
)
def test_read_refuses_plain_text_with_chats_over_several_lines(file, content):
    with pytest.raises(InstructionError, match=r"(?s)chats over several lines.*one line of JSON"):
        file_reader.from_file(file(content, "chats.txt"))


def test_read_splits_chats_of_one_line_each(file):
    content = "### Human: why?### Assistant: so\n### Human: how?"
    assert texts(file(content, "chats.txt")) == ["why?", "how?"]
