"""The shapes of records, held against their models and against the readers that they are for."""

import gzip
import json
import sys
import uuid
from collections import Counter
from io import BytesIO
from itertools import pairwise

import polars as pl
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateError
from pydantic import ValidationError
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast

from workbench.exceptions import ExportError
from workbench.export import conversation_trees, encodings, file_writers, formats
from workbench.export.conversation_trees import Turn
from workbench.export.formats import FORMATS, oasst, oasst_messages, registry

KEYS_OF_A_NODE = [
    *["message_id", "parent_id", "user_id", "created_date", "text", "role", "lang"],
    *["review_count", "review_result", "deleted", "rank", "synthetic", "model_name", "emojis"],
    *["replies", "labels", "events", "detoxify", "message_tree_id", "tree_state"],
]


def nodes(*rows):
    """Rows (id, parent, role, text, likes) as the table that trees grow from."""
    given = [
        {
            **{"thread_id": 1, "lang": "en", "author": "user1", "user_id": None, "words": 1},
            **{"created_at": "2019-07-03T06:29:00.000+00:00", "tweet_ids": [row[0]]},
            **dict(zip(["tweet_id", "parent_id", "role", "text", "likes"], row, strict=True)),
        }
        for row in rows
    ]
    schema = {
        **dict.fromkeys(["thread_id", "tweet_id", "parent_id", "likes", "words"], pl.Int64),
        **dict.fromkeys(["role", "text", "lang", "author", "user_id", "created_at"], pl.String),
        "tweet_ids": pl.List(pl.Int64),
    }
    return pl.DataFrame(given, schema=schema).select(conversation_trees.COLUMNS)


P, A = "prompter", "assistant"
BRANCHED = nodes(
    (1, None, P, "why?", 3),
    (2, 1, A, "so", 1),
    (3, 2, P, "really?", None),
    (4, 3, A, "yes", None),
    (5, 1, A, "because", 9),
    (6, 5, P, "thanks", None),
    (7, 5, P, "and how?", None),
    (8, 7, A, "thus", None),
)


def grown(table, *, is_strict=True):
    cuts = Counter()
    return conversation_trees.from_turns(table, is_strict=is_strict, cuts=cuts), cuts


def records(name, table=BRANCHED, *, paths="best"):
    chosen = FORMATS[name]
    roots, _ = grown(table, is_strict=chosen.IS_STRICT)
    return [
        chosen.record(unit)
        for root in roots
        for unit, _ in file_writers.units(root, chosen.UNIT, paths=paths)
    ]


def texts(path):
    return [turn.text for turn in path]


# ---- trees ----


def test_from_turns_orders_replies_by_known_likes_then_age():
    table = nodes(
        (1, None, P, "q", None),
        (2, 1, A, "unknown early", None),
        (3, 1, A, "none", 0),
        (4, 1, A, "unknown late", None),
        (5, 1, A, "most", 9),
        (6, 1, A, "none too", 0),
    )
    (root,), _ = grown(table)
    assert texts(root.replies) == ["most", "none", "none too", "unknown early", "unknown late"]
    assert [turn.rank for turn in root.replies] == [None] * 5


def test_from_turns_ranks_replies_where_all_likes_are_known_and_differ():
    (root,), _ = grown(BRANCHED)
    assert [(turn.text, turn.rank) for turn in root.replies] == [("because", 0), ("so", 1)]
    tied = nodes((1, None, P, "q", 0), (2, 1, A, "a", 4), (3, 1, A, "b", 4))
    assert [turn.rank for turn in grown(tied)[0][0].replies] == [None, None]


def test_from_turns_trims_prompts_without_an_answer_from_strict_trees_only():
    (root,), cuts = grown(BRANCHED)
    assert "thanks" not in texts(conversation_trees.all_turns(root))
    assert cuts == {"unanswered": 1}
    (root,), cuts = grown(BRANCHED, is_strict=False)
    assert len(conversation_trees.all_turns(root)) == 8
    assert not cuts


def test_from_turns_cuts_what_cannot_stay_with_all_below_it():
    table = nodes(
        (1, None, P, "q", None),
        (2, 1, A, "", None),
        (3, 2, P, "below", None),
        (4, 3, A, "below", None),
        (5, 1, A, "a", None),
        (6, 5, A, "same role", None),
        (7, None, A, "opens", None),
        (8, 7, P, "below", None),
        (9, None, P, "alone", None),
    )
    roots, cuts = grown(table)
    assert [texts(conversation_trees.all_turns(root)) for root in roots] == [["q", "a"]]
    assert cuts == {
        "no_text_left": 1,
        "below_a_cut": 3,
        "same_role_twice": 1,
        "opens_with_assistant": 1,
        "unanswered": 1,
    }


def chain(length):
    rows = [(n, n - 1 or None, (A, P)[n % 2], f"t{n}", None) for n in range(1, length + 1)]
    return nodes(*rows)


def test_from_turns_cuts_chains_that_no_reader_could_nest():
    (root,), cuts = grown(chain(5_001))
    assert len(conversation_trees.best_path(root)) == conversation_trees.DEEPEST
    assert sum(cuts.values()) == 5_001 - conversation_trees.DEEPEST


@pytest.mark.parametrize("name", ["oasst", "dialog", "tree"])
def test_record_of_the_deepest_tree_is_read_by_all_readers(name):
    (record,) = records(name, chain(conversation_trees.DEEPEST))
    line = json.dumps(record)
    assert json.loads(line) == record
    FORMATS[name].Record.model_validate_json(line)
    assert sys.getrecursionlimit() == 1000


parents = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(parents, st.data())
def test_from_turns_loses_nothing_uncounted_and_alternates(links, data):
    rows = [(1, None, P, "t", 0)]
    for number, link in enumerate(links, 2):
        role, text = data.draw(st.sampled_from([P, A])), data.draw(st.sampled_from(["t", "t", ""]))
        rows.append((number, link % (number - 1) + 1, role, text, link % 3))
    for is_strict in (True, False):
        roots, cuts = grown(nodes(*rows), is_strict=is_strict)
        stay = [turn for root in roots for turn in conversation_trees.all_turns(root)]
        assert len(stay) + sum(cuts.values()) == len(rows)
        paths = [path for root in roots for path in conversation_trees.all_paths(root)]
        assert {turn.tweet_id for path in paths for turn in path} == {t.tweet_id for t in stay}
        if roots:
            assert paths[0] == conversation_trees.best_path(roots[0])
        for path in paths if is_strict else []:
            assert [turn.role for turn in path] == [P, A] * (len(path) // 2)


# ---- oasst ----


def kept_by_the_trainer(tree, *, lang="en", top_k=None):
    """Threads that the rules of the Open-Assistant trainer leave of a tree, told anew."""
    prompt = tree["prompt"]
    ready = tree["tree_state"] == "ready_for_export"
    if not (ready and prompt["review_result"] and prompt["lang"] in lang.split(",")):
        return []
    found, waiting = [], [[prompt]]
    while waiting:
        thread = waiting.pop()
        replies = thread[-1]["replies"]
        waiting += [[*thread, reply] for reply in replies]
        is_first = len(thread) > 1 and thread[-2]["replies"][0] is thread[-1]
        ends = len(thread) > 1 and not replies and (thread[-1]["role"] == A or is_first)
        if not ends or any(turn["deleted"] or turn["synthetic"] is not False for turn in thread):
            continue
        ranks = [
            (turn["rank"], len(up["replies"])) for up, turn in pairwise(thread) if turn["role"] == A
        ]
        if top_k is not None and any(
            rank >= top_k if rank is not None else siblings > 1 for rank, siblings in ranks
        ):
            continue
        kept = thread[:-1] if thread[-1]["role"] == P else thread
        assert [turn["role"] for turn in kept] == [P, A] * (len(kept) // 2)
        found.append([turn["text"] for turn in kept])
    return found


def test_oasst_keeps_every_path_in_the_rules_of_the_trainer():
    (tree,) = records("oasst")
    assert sorted(kept_by_the_trainer(tree)) == [
        ["why?", "because", "and how?", "thus"],
        ["why?", "so", "really?", "yes"],
    ]
    assert kept_by_the_trainer(tree, top_k=1) == [["why?", "because", "and how?", "thus"]]
    assert kept_by_the_trainer(tree, lang="de") == []


def walk(node):
    yield node
    for reply in node["replies"]:
        yield from walk(reply)


def test_oasst_emits_every_key_of_every_node():
    (tree,) = records("oasst")
    assert list(tree) == ["message_tree_id", "tree_state", "prompt", "origin"]
    for node in walk(tree["prompt"]):
        assert list(node) == KEYS_OF_A_NODE == list(oasst.Node.model_fields)


def test_oasst_names_messages_by_the_uuid5_of_their_tweet():
    (tree,) = records("oasst")
    assert tree["message_tree_id"] == tree["prompt"]["message_id"]
    for node in walk(tree["prompt"]):
        assert uuid.UUID(node["message_id"]).version == 5
    assert tree["prompt"]["message_id"] == str(uuid.uuid5(oasst.TWEETS, "1"))
    assert tree["prompt"]["parent_id"] is None
    for reply in tree["prompt"]["replies"]:
        assert reply["parent_id"] == tree["message_tree_id"]


@given(st.integers(1, 2**63 - 1))
def test_message_id_is_what_the_standard_library_says(tweet_id):
    assert oasst.message_id(tweet_id) == str(uuid.uuid5(oasst.TWEETS, str(tweet_id)))


def test_oasst_says_that_a_tree_is_ready_reviewed_and_by_people():
    (tree,) = records("oasst")
    assert tree["tree_state"] == "ready_for_export"
    for node in walk(tree["prompt"]):
        flags = [node[key] for key in ("review_result", "deleted", "synthetic", "lang")]
        assert flags == [True, False, False, "en"]
        assert (node["tree_state"], node["message_tree_id"]) == (None, None)


def test_oasst_ends_in_assistants_and_ranks_no_prompter():
    (tree,) = records("oasst")
    found = list(walk(tree["prompt"]))
    assert {node["role"] for node in found if not node["replies"]} == {A}
    assert {node["rank"] for node in found if node["role"] == P} == {None}
    assert {node["rank"] for node in found if node["role"] == A} == {None, 0, 1}


def test_oasst_models_read_real_trees_and_write_them_back(real_data):
    lines = (real_data / "oasst" / "en_100_tree.jsonl").read_text().splitlines()
    assert len(lines) == 100
    for line in lines:
        tree = oasst.Record.model_validate_json(line)
        assert tree.model_dump(exclude_unset=True) == json.loads(line)


def test_oasst_models_read_real_messages_and_write_them_back(real_data):
    lines = (real_data / "oasst" / "en_100_message.jsonl").read_text().splitlines()
    for line in lines:
        message = oasst.Node.model_validate_json(line)
        assert message.model_dump(exclude_unset=True) == json.loads(line)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"message_tree_id": str(uuid.uuid4())}, "not the id of the prompt"),
        ({"message_tree_id": "1"}, "pattern"),
        ({"extra": 1}, "Extra inputs"),
    ],
)
def test_oasst_model_refuses_other_trees(change, complaint):
    (tree,) = records("oasst")
    with pytest.raises(ValidationError, match=complaint):
        oasst.Record.model_validate(tree | change)


def test_oasst_model_refuses_replies_out_of_place():
    (tree,) = records("oasst")
    tree["prompt"]["replies"][0]["parent_id"] = str(uuid.uuid4())
    with pytest.raises(ValidationError, match="another parent"):
        oasst.Record.model_validate(tree)
    (tree,) = records("oasst")
    tree["prompt"]["replies"][0]["role"] = P
    with pytest.raises(ValidationError, match="same role"):
        oasst.Record.model_validate(tree)


def test_oasst_messages_are_the_nodes_of_the_tree_depth_first():
    (tree,) = records("oasst")
    rows = records("oasst_messages")
    place = {"message_tree_id": tree["message_tree_id"], "tree_state": "ready_for_export"}
    assert rows == [node | {"replies": []} | place for node in walk(tree["prompt"])]
    assert [row["parent_id"] is None for row in rows] == [True] + [False] * 6
    assert list(rows[0]) == KEYS_OF_A_NODE == list(oasst_messages.Record.model_fields)


def test_oasst_messages_become_the_tree_again():
    rows = {row["message_id"]: dict(row) for row in records("oasst_messages")}
    for row in rows.values():
        row |= {"message_tree_id": None, "tree_state": None}
        if row["parent_id"] is not None:
            rows[row["parent_id"]]["replies"].append(row)
    (tree,) = records("oasst")
    assert rows[tree["message_tree_id"]] == tree["prompt"]


# ---- the others ----


def test_messages_hold_the_best_path_or_all():
    def roles(texts):
        return [{"role": ("user", "assistant")[n % 2], "content": t} for n, t in enumerate(texts)]

    best = {"messages": roles(["why?", "because", "and how?", "thus"])}
    other = {"messages": roles(["why?", "so", "really?", "yes"])}
    assert records("messages") == [best]
    assert records("messages", paths="all") == [best, other]


#: As strict as the templates of the models that people train most.
TEMPLATE = """
{%- for message in messages -%}
  {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
    {{ raise_exception('roles must alternate user/assistant/user/assistant/...') }}
  {%- endif -%}
  <|{{ message['role'] }}|>{{ message['content'] | trim }}<|end|>
{%- endfor -%}
"""


@pytest.mark.parametrize("paths", ["best", "all"])
def test_messages_pass_a_chat_template(paths):
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel({"?": 0}, "?")))
    for record in records("messages", paths=paths):
        text = tokenizer.apply_chat_template(
            record["messages"], chat_template=TEMPLATE, tokenize=False
        )
        assert text == "".join(
            f"<|{message['role']}|>{message['content']}<|end|>" for message in record["messages"]
        )
    with pytest.raises(TemplateError, match="must alternate"):
        tokenizer.apply_chat_template(
            record["messages"][1:], chat_template=TEMPLATE, tokenize=False
        )


def test_sharegpt_says_the_same_as_messages():
    names = {"user": "human", "assistant": "gpt"}
    assert records("sharegpt", paths="all") == [
        {
            "conversations": [
                {"from": names[m["role"]], "value": m["content"]} for m in r["messages"]
            ]
        }
        for r in records("messages", paths="all")
    ]


def test_alpaca_and_instruction_hold_the_first_exchange():
    assert records("alpaca") == [{"instruction": "why?", "input": "", "output": "because"}]
    rows = records("instruction", paths="all")
    assert [(row["INSTRUCTION"], row["RESPONSE"]) for row in rows] == [
        ("why?", "because"),
        ("why?", "so"),
    ]
    assert json.loads(rows[0]["METADATA"]) == {
        "post_id": "1",
        "reply_id": "5",
        "lang": "en",
        "likes": 9,
    }


def test_dialog_and_tree_hold_every_turn():
    (dialog,), (tree,) = records("dialog"), records("tree")
    assert (dialog["source"], dialog["meta"]) == ("twitter", {"post_id": "1"})
    assert tree["metadata"] == {"post_id": "1"}

    def renamed(node):
        replies = [renamed(child) for child in node["children"]]
        return {
            "text": node["text"],
            "role": node["role"],
            "meta": node["metadata"],
            "replies": replies,
        }

    assert dialog["thread"] == renamed(tree["root"])
    assert sorted(node["text"] for node in walk(dialog["thread"])) == sorted(BRANCHED["text"])


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "ids"])
@pytest.mark.parametrize("paths", ["best", "all"])
def test_records_fit_their_model_with_every_key(name, paths):
    found = records(name, paths=paths)
    assert found
    for record in found:
        valid = FORMATS[name].Record.model_validate(record)
        assert valid.model_dump(by_alias=True) == record


@pytest.mark.parametrize("roles", [["user"], ["assistant", "user"], ["user", "user"], ["user"] * 3])
def test_messages_model_refuses_roles_out_of_turn(roles):
    with pytest.raises(ValidationError):
        FORMATS["messages"].Record(messages=[{"role": role, "content": "x"} for role in roles])


def test_all_paths_of_a_wide_tree_come_one_at_a_time():
    rows = [(1, None, P, "q", None), *[(n, 1, A, "a", None) for n in range(2, 30_002)]]
    (root,), _ = grown(nodes(*rows))
    assert sum(1 for _ in conversation_trees.all_paths(root)) == 30_000


# ---- registry ----


def test_registry_refuses_a_second_format_of_a_name():
    with pytest.raises(ValueError, match="two formats are called oasst"):
        registry._registry(oasst, oasst_messages, oasst)


def test_registry_knows_modules_by_their_name():
    assert [module.NAME for module in FORMATS.values()] == list(FORMATS)
    assert all(name.isidentifier() and FORMATS[name].ENCODINGS for name in FORMATS)


def test_by_name_tells_what_there_is():
    assert formats.by_name("messages").file() == "messages.jsonl"
    assert formats.by_name("oasst.jsonl.gz").file("train") == "oasst.train.jsonl.gz"
    assert formats.by_name("instruction").file() == "instruction.parquet"
    with pytest.raises(ExportError, match="no export format `chatml`"):
        formats.by_name("chatml")
    with pytest.raises(ExportError, match="not written as `parquet`"):
        formats.by_name("oasst.parquet")


# ---- encodings ----


def written(path, parts, *, encoding, name):
    with encodings.writer(path, encoding=encoding, record=FORMATS[name].Record) as file:
        for part in parts:
            file.write(part)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "encoding"),
    [(name, encoding) for name in FORMATS if name != "ids" for encoding in FORMATS[name].ENCODINGS],
)
def test_encodings_give_the_same_bytes_in_any_parts_and_the_records_back(tmp_path, name, encoding):
    many = records(name, paths="all") * 300
    whole = written(tmp_path / "whole", [many], encoding=encoding, name=name)
    pieces = [many[start : start + 7] for start in range(0, len(many), 7)]
    assert written(tmp_path / "pieces", pieces, encoding=encoding, name=name) == whole
    assert list(encodings.read(tmp_path / "whole", encoding=encoding)) == many


@pytest.mark.parametrize(
    ("encoding", "unpack"),
    [
        ("jsonl.gz", gzip.decompress),
        ("jsonl.zst", lambda data: zstandard.open(BytesIO(data)).read()),
    ],
)
def test_compressed_files_hold_the_same_lines(tmp_path, encoding, unpack):
    many = records("messages")
    plain = written(tmp_path / "a", [many], encoding="jsonl", name="messages")
    packed = written(tmp_path / "b", [many], encoding=encoding, name="messages")
    assert unpack(packed) == plain
    assert len(unpack(packed).splitlines()) == len(many)


def test_parquet_has_groups_of_a_hundred_rows(tmp_path):
    rows = records("instruction") * 10_250
    written(tmp_path / "a", [rows], encoding="parquet", name="instruction")
    with pq.ParquetFile(tmp_path / "a") as file:
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert groups == [100] * 102 + [50]


def test_an_empty_parquet_file_has_its_columns(tmp_path):
    written(tmp_path / "a", [], encoding="parquet", name="sharegpt")
    assert pl.read_parquet(tmp_path / "a").columns == ["conversations"]


def test_hostile_text_stays_one_line(tmp_path):
    text = 'a\nb\r\u2028\x00"\\</script>\U0001f600'
    table = nodes((1, None, P, text, None), (2, 1, A, text, None))
    for name in ("oasst", "messages"):
        many = records(name, table)
        data = written(tmp_path / name, [many], encoding="jsonl", name=name)
        assert data.count(b"\n") == 1
        assert [json.loads(line) for line in data.decode().split("\n")[:-1]] == many


@given(st.integers(1, 2**62), st.floats(0.01, 0.45), st.floats(0.01, 0.45))
def test_split_of_is_stable_and_grows_out_of_train_only(thread_id, validation, test):
    split = file_writers.split_of(thread_id, shares={"validation": validation, "test": test})
    larger = {"validation": validation * 1.1, "test": test * 1.1}
    assert split == "train" or file_writers.split_of(thread_id, shares=larger) == split


def test_split_of_takes_about_the_shares():
    shares = {"validation": 0.1, "test": 0.2}
    found = Counter(file_writers.split_of(thread_id, shares=shares) for thread_id in range(10_000))
    assert 850 < found["validation"] < 1150
    assert 1800 < found["test"] < 2200


def test_turn_has_no_cycle_to_collect():
    # The collector of cycles does not look at turns, so that none may stand in one.
    assert "parent" not in Turn.__struct_fields__
