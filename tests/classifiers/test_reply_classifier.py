"""Replies: which of them answers, with vectors and without."""

import numpy as np
import polars as pl
import pytest

from tests.support.kept import turn, turns
from workbench import embeddings, labels
from workbench.classifiers import model_file, reply_classifier, reply_features
from workbench.embeddings import embedders
from workbench.recipe import EmbedSettings

HASHING = embedders.load("hashing")
PROMPT = "how do I get candle wax out of a wool rug?"
ANSWER = "Put a paper bag over it and use a warm iron, the wax melts into the paper. Then vinegar."


@pytest.fixture(scope="module")
def trained():
    return reply_classifier.train(reply_classifier.examples(), embedders=[HASHING])


@pytest.fixture(scope="module")
def shipped():
    return model_file.load("starter", kind="reply_classifier")


def best(model, path, *threads, part=None):
    roots = turns(*threads).filter(pl.col("position") == 0)["tweet_id"]
    return reply_classifier.best_of(every(model, path, *threads, part=part), roots)


def every(model, path, *threads, part=None):
    made = turns(*threads).lazy()
    prompts = reply_classifier.prompts_of(made)
    return reply_classifier.from_turns(made, prompts, path=path, model=model, part=part)


def test_examples_hold_both_labels_for_most_prompts():
    counts = dict(reply_classifier.examples()["label"].value_counts().rows())
    assert set(counts) == set(reply_classifier.TARGETS)
    assert min(counts.values()) >= 100


def test_train_evaluates_on_prompts_that_it_did_not_see(trained):
    for part in [trained.model.surface, trained.model.both[HASHING.digest]]:
        assert part.evaluation["yes"]["average_precision"] > 0.8
        for name, weight in part.weights.items():
            assert weight * reply_features.SIGNS.get(name, 0) >= 0, name


@pytest.mark.parametrize(
    "poor",
    [
        "lol same",
        "@a https://t.co/x",
        "good luck!! 🙏",
        "did you try google?",
        "@a",
        "this",
        "😂😂",
    ],
)
def test_shipped_model_takes_the_answer_for_the_best(shipped, tmp_path, poor):
    thread = [turn(1, None, 7, PROMPT), turn(2, 1, 8, poor), turn(3, 1, 9, ANSWER)]
    row = best(shipped, tmp_path, thread).row(0, named=True)
    assert (row["root_id"], row["best_reply_id"]) == (1, 3)
    assert row["answer"] > 0.5
    alone = best(shipped, tmp_path, thread[:2]).row(0, named=True)
    assert alone["answer"] < 0.3


def test_the_author_himself_and_copies_are_no_answers(shipped, tmp_path):
    own, copy = turn(2, 1, 7, ANSWER), turn(3, 1, 8, f"RT @a: {PROMPT} {ANSWER}")
    assert best(shipped, tmp_path, [turn(1, None, 7, PROMPT), own, copy]).is_empty()
    unknown = [turn(1, None, None, PROMPT), turn(2, 1, None, ANSWER)]
    assert best(shipped, tmp_path, unknown)["best_reply_id"].to_list() == [2]


def test_likes_decide_between_equal_answers(shipped, tmp_path):
    thread = [turn(1, None, 7, PROMPT)]
    thread += [turn(n, 1, 8, ANSWER, likes=likes) for n, likes in [(2, None), (3, 4), (4, 0)]]
    assert best(shipped, tmp_path, thread)["best_reply_id"].to_list() == [3]
    for row in thread:
        row["likes"] = None
    assert best(shipped, tmp_path, thread)["best_reply_id"].to_list() == [2]


def test_only_direct_replies_are_the_best_reply(shipped, tmp_path):
    thread = [turn(1, None, 7, PROMPT), turn(2, 1, 8, "hm"), turn(3, 2, 9, ANSWER)]
    assert best(shipped, tmp_path, thread)["best_reply_id"].to_list() == [2]


def test_a_reply_is_rated_as_an_answer_to_the_turn_above_it(shipped, tmp_path):
    deep = [turn(1, None, 7, "morning all"), turn(2, 1, 8, PROMPT), turn(3, 2, 9, ANSWER)]
    deep += [turn(4, 3, 9, "a second tweet by the same person"), turn(5, 4, 7, "thank you!")]
    deep += [turn(6, 5, 8, "good luck!")]
    rows = every(shipped, tmp_path, deep)
    assert rows.select("thread_id", "tweet_id", "parent_id").rows() == [
        (1, 2, 1),
        (1, 3, 2),
        (1, 6, 5),
    ]
    direct = every(shipped, tmp_path, [turn(2, None, 8, PROMPT), turn(3, 2, 9, ANSWER)])
    assert rows.filter(tweet_id=3)["answer"].to_list() == direct["answer"].to_list()
    answers = dict(rows.select("tweet_id", "answer").rows())
    assert answers[3] > 0.5 > answers[6]


def test_turns_without_a_known_place_are_no_answers(shipped, tmp_path):
    stray = turn(2, 1, 8, ANSWER, is_placed=False)
    thread = [turn(1, None, 7, PROMPT), stray, turn(3, 1, 9, "lol same")]
    assert best(shipped, tmp_path, thread)["best_reply_id"].to_list() == [3]
    assert best(shipped, tmp_path, thread[:2]).is_empty()


@pytest.mark.parametrize("embedded", ["roots", "exchanges", "all"])
def test_from_threads_uses_the_vectors_that_there_are(trained, tmp_path, embedded):
    thread = [turn(1, None, 7, PROMPT), turn(2, 1, 8, ANSWER), turn(3, 2, 7, "thanks")]
    path = tmp_path / "3_embeddings.lance"
    settings = EmbedSettings(turns=embedded)
    made = turns(thread)
    counts = embeddings.from_threads(made, embedder=HASHING, path=path, settings=settings)
    assert counts["vectors"] == {"roots": 1, "exchanges": 2, "all": 3}[embedded]
    part = trained.model.both[HASHING.digest]
    chance = best(trained.model, path, thread, part=part)["answer"][0]
    pair = pl.DataFrame({"prompt": [PROMPT], "reply": [ANSWER], "follow_up": ["thanks"]})
    chosen = trained.model.surface if embedded == "roots" else part
    prepared = reply_features.prepared(pair, "prompt", "reply", follow_up="follow_up")
    log_odds = model_file.log_odds(chosen, reply_features.surface(), name="odds")
    odds = prepared.select(log_odds)["odds"].to_numpy()
    if embedded != "roots":
        seen = reply_classifier.pair_vectors(HASHING.encode([PROMPT]), HASHING.encode([ANSWER]))
        odds = odds + seen @ np.array(part.vector)
    assert chance == pytest.approx(model_file.chance(chosen, odds)[0], abs=1e-5)


def test_labelled_gives_the_newest_pairs_only():
    pairs = pl.DataFrame(
        {
            "tweet_id": [2, 2, 3],
            "parent_id": [1, 1, None],
            "labeller": ["ann"] * 3,
            "label": ["no", "answers", "fits"],
            "labelled_at": [1, 2, 3],
            "text": [ANSWER, ANSWER, PROMPT],
            "parent_text": [PROMPT, PROMPT, None],
            "is_random": [True, None, None],
            "method": [None] * 3,
        }
    )
    rows = reply_classifier.labelled(pairs)
    assert rows.rows() == [(PROMPT, ANSWER, "answers", None, labels.OWN)]


def test_thanks_of_the_opener_decide_between_equal_answers(shipped, tmp_path):
    thread = [turn(1, None, 7, PROMPT), turn(2, 1, 8, ANSWER), turn(3, 1, 9, ANSWER)]
    thread += [turn(4, 3, 7, "@a that worked, thank you!")]
    assert best(shipped, tmp_path, thread)["best_reply_id"].to_list() == [3]
