"""Text files: encodings, JSON, tables, lines, and the damage in them."""

import gzip
import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import instructions
from workbench.exceptions import InstructionError
from workbench.instructions import file_reader, text_files


def lines(*records):
    return "\n".join(json.dumps(record) for record in records)


def texts(path):
    return instructions.from_file(path)["text"].to_list()


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


@pytest.mark.parametrize("tail", ['{"prompt": "thr', "", "3"])
def test_read_keeps_what_stands_before_the_damage_of_an_array(file, tail):
    reading = file_reader.from_file(file('[{"prompt": "one"}, {"prompt": "two"},' + tail))
    assert reading.instructions["text"].to_list() == ["one", "two"]
    assert reading.skipped == 1 + (tail == "3")


def test_read_counts_what_follows_an_array(file):
    assert file_reader.from_file(file('["one"]\n["two"]')).skipped == 1
    reading = file_reader.from_file(file('["one"]\n{"prompt": "two"}\n{"prompt": "three"}'))
    assert reading.instructions["text"].to_list() == ["one", "two", "three"]


FRUIT = '{"instruction": "Name a fruit."}'


CHEESE = '{"instruction": "Name a cheese."}'


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
    with pytest.raises(InstructionError, match=r"The header of .*given\.csv is damaged"):
        file_reader.from_file(file(f'id,"text\n{"1,a line of text" * 20_000}\n', "given.csv"))


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


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_read_refuses_large_files_also_compressed(file, monkeypatch, pack):
    monkeypatch.setattr(text_files, "MAX_BYTES", 2**20)
    with pytest.raises(InstructionError, match="contains more than 1 MiB"):
        file_reader.from_file(file(pack(b"a" * (2**20 + 1))))


@pytest.mark.parametrize("damaged", ['{"prompt": "cut o', '{"prompt": "a" "b"}', '{"prompt": [1,'])
def test_read_goes_on_after_damage_with_the_next_line_that_opens_an_object(file, damaged):
    reading = file_reader.from_file(file(f"{FRUIT}\n{damaged}\n{CHEESE}\n"))
    assert reading.instructions["text"].to_list() == ["Name a fruit.", "Name a cheese."]
    assert (reading.records, reading.skipped) == (3, 1)


def test_read_takes_nothing_from_inside_a_damaged_object(file):
    inner = [{"text": "no request", "role": "prompter"}]
    spread = json.dumps({"prompt": "x", "replies": inner}, indent=2).replace('"x"', '"x')
    path = file(f"{FRUIT}\n{spread}\n{CHEESE}\n")
    assert texts(path) == ["Name a fruit.", "Name a cheese."]
    assert file_reader.from_file(path).records == 3


def test_records_with_much_damage_take_linear_time():
    text = "\n".join([FRUIT, '{"prompt": "cut o'] * 100_000)
    records = text_files.records(text, Path("much.jsonl"))
    assert sum(record is text_files.DAMAGED for record in records) == 100_000
