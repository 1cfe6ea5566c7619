"""OASST trees, checked against their model, real exports and the rules of the trainer."""

import json
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support.trees_by_hand import A, P, records, walk
from workbench.export.formats import oasst

KEYS_OF_A_NODE = [
    *["message_id", "parent_id", "user_id", "created_date", "text", "role", "lang"],
    *["review_count", "review_result", "deleted", "rank", "synthetic", "model_name", "emojis"],
    *["replies", "labels", "events", "detoxify", "message_tree_id", "tree_state"],
]


def read_like_the_trainer(tree, *, lang="en", top_k=None):
    """Return the threads that the Open-Assistant trainer reads from a tree, by its own rules."""
    prompt = tree["prompt"]
    ready = tree["tree_state"] == "ready_for_export"
    if not (ready and prompt["review_result"] and prompt["lang"] in lang.split(",")):
        return []
    threads, waiting = [], [[prompt]]
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
        threads.append([turn["text"] for turn in kept])
    return threads


def test_trainer_reads_every_path():
    (tree,) = records("oasst")
    assert sorted(read_like_the_trainer(tree)) == [
        ["why?", "because", "and how?", "thus"],
        ["why?", "so", "really?", "yes"],
    ]
    assert read_like_the_trainer(tree, top_k=1) == [["why?", "because", "and how?", "thus"]]
    assert read_like_the_trainer(tree, lang="de") == []


def test_record_has_every_key_in_every_node():
    (tree,) = records("oasst")
    assert list(tree) == ["message_tree_id", "tree_state", "prompt", "origin"]
    for node in walk(tree["prompt"]):
        assert list(node) == KEYS_OF_A_NODE == list(oasst.Node.model_fields)


def test_record_uses_the_uuid5_of_each_tweet():
    (tree,) = records("oasst")
    assert tree["message_tree_id"] == tree["prompt"]["message_id"]
    for node in walk(tree["prompt"]):
        assert uuid.UUID(node["message_id"]).version == 5
    assert tree["prompt"]["message_id"] == str(uuid.uuid5(oasst.TWEETS, "1"))
    assert tree["prompt"]["parent_id"] is None
    for reply in tree["prompt"]["replies"]:
        assert reply["parent_id"] == tree["message_tree_id"]


@given(st.integers(1, 2**63 - 1))
def test_message_id_equals_the_standard_library(tweet_id):
    assert oasst.message_id(tweet_id) == str(uuid.uuid5(oasst.TWEETS, str(tweet_id)))


def test_record_marks_trees_as_ready_reviewed_and_human():
    (tree,) = records("oasst")
    assert tree["tree_state"] == "ready_for_export"
    for node in walk(tree["prompt"]):
        flags = [node[key] for key in ("review_result", "deleted", "synthetic", "lang")]
        assert flags == [True, False, False, "en"]
        assert (node["tree_state"], node["message_tree_id"]) == (None, None)


def test_record_ends_with_assistants_and_ranks_no_prompter():
    (tree,) = records("oasst")
    nodes = list(walk(tree["prompt"]))
    assert {node["role"] for node in nodes if not node["replies"]} == {A}
    assert {node["rank"] for node in nodes if node["role"] == P} == {None}
    assert {node["rank"] for node in nodes if node["role"] == A} == {None, 0, 1}


def test_model_round_trips_real_trees(real_data):
    lines = (real_data / "oasst" / "en_100_tree.jsonl").read_text().splitlines()
    assert len(lines) == 100
    for line in lines:
        tree = oasst.Record.model_validate_json(line)
        assert tree.model_dump(exclude_unset=True) == json.loads(line)


def test_model_round_trips_real_messages(real_data):
    lines = (real_data / "oasst" / "en_100_message.jsonl").read_text().splitlines()
    for line in lines:
        message = oasst.Node.model_validate_json(line)
        assert message.model_dump(exclude_unset=True) == json.loads(line)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"message_tree_id": str(uuid.uuid4())}, "not the message_id of the prompt"),
        ({"message_tree_id": "1"}, "pattern"),
        ({"extra": 1}, "Extra inputs"),
    ],
)
def test_model_refuses_malformed_trees(change, error):
    (tree,) = records("oasst")
    with pytest.raises(ValidationError, match=error):
        oasst.Record.model_validate(tree | change)


def test_model_refuses_misplaced_replies():
    (tree,) = records("oasst")
    tree["prompt"]["replies"][0]["parent_id"] = str(uuid.uuid4())
    with pytest.raises(ValidationError, match="another parent_id"):
        oasst.Record.model_validate(tree)
    (tree,) = records("oasst")
    tree["prompt"]["replies"][0]["role"] = P
    with pytest.raises(ValidationError, match="same role"):
        oasst.Record.model_validate(tree)
