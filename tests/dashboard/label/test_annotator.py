"""Labels are saved at once, and none is lost."""

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from tests.support import fakes
from workbench import labels
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import annotator
from workbench.dashboard.label.annotator import Annotator
from workbench.dashboard.label.queue import Queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe, SelectSettings
from workbench.schemas import Deletions


def opened(folder, **options):
    """Make a workspace in which the best reply is a turn of the thread."""
    workspace = fakes.workspace(folder, **options)
    second = pl.col("thread_id") + 7_000_000_000
    workspace.write("scores", workspace.read("scores").with_columns(best_reply_id=second))
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def session(tmp_path):
    return opened(tmp_path / "ws", threads=100)


def queue(session, *, kind=prompt_classifier.KIND, order="At random", labeller="ann"):
    mask = pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)
    return Queue(session, mask, kind=kind, order=order, labeller=labeller)


def annotate(session, **options):
    return Annotator(session.workspace, queue(session, **options), labeller="ann")


def test_act_saves_the_label_and_its_texts_at_once(session):
    shown = annotate(session, kind=reply_classifier.KIND)
    item = shown.item
    shown.act("answers")
    row = labels.load(session.workspace).row(0, named=True)
    assert (row["tweet_id"], row["parent_id"]) == (item.tweet["tweet_id"], item.parent["tweet_id"])
    assert (row["text"], row["parent_text"]) == (item.tweet["text"], item.parent["text"])
    assert (row["label"], row["labeller"], row["thread_id"]) == (
        "answers",
        "ann",
        item.tweet["thread_id"],
    )
    assert shown.item.tweet["tweet_id"] != item.tweet["tweet_id"]


def test_undo_removes_one_label_after_the_other(session):
    shown = annotate(session)
    items = [shown.item]
    for label in ["fits", "borderline", "no"]:
        shown.act(label)
        items.append(shown.item)
    shown.act("skip")
    for left in [2, 1, 0]:
        shown.act("undo")
        assert labels.load(session.workspace).height == left
        assert shown.item == items[left]
    assert "undo" not in shown.now["actions"]


def test_failed_undo_can_be_repeated(session, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    shown = annotate(session)
    shown.act("no")
    with monkeypatch.context() as patched:
        patched.setattr(labels, "take_back", full)
        shown.act("undo")
    assert shown.now["is_wrong"]
    assert "undo" in shown.now["actions"]
    shown.act("undo")
    assert not shown.now["is_wrong"]
    assert labels.load(session.workspace).is_empty()


def test_press_counts_once_and_only_for_the_shown_item(session):
    shown = annotate(session)
    turn = shown.now["turn"]
    shown.pressed = {"action": "fits", "turn": turn}
    shown.pressed = {"action": "no", "turn": turn}
    shown.pressed = {"action": "answers", "turn": shown.now["turn"]}
    shown.pressed = {"action": "__class__", "turn": shown.now["turn"]}
    assert labels.load(session.workspace)["label"].to_list() == ["fits"]


def test_failed_label_is_reported_and_the_item_stays(session, monkeypatch):
    shown = annotate(session)
    item = shown.item

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(labels, "add", full)
        shown.act("fits")
    assert shown.item == item
    assert shown.now["is_wrong"]
    assert "No space left" in shown.now["note"]
    shown.act("fits")
    assert labels.load(session.workspace).height == 1


def test_two_people_at_once_lose_no_label(session):
    def label_some(name):
        shown = Annotator(session.workspace, queue(session, labeller=name), labeller=name)
        for _ in range(15):
            shown.act("no")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(label_some, ["ann", "bob", "cem", "dee"]))
    counts = dict(labels.load(session.workspace).group_by("labeller").len().rows())
    assert counts == dict.fromkeys(["ann", "bob", "cem", "dee"], 15)


def test_take_back_leaves_everything_else(session):
    for name, label in [("ann", "fits"), ("bob", "no")]:
        row = pl.DataFrame([{"tweet_id": 5, "label": label, "text": "why?"}])
        labels.add(session.workspace, row, labeller=name)
    assert labels.take_back(session.workspace, tweet_id=5, parent_id=7, labeller="ann") == 0
    assert labels.take_back(session.workspace, tweet_id=5, labeller="ann") == 1
    assert labels.take_back(session.workspace, tweet_id=5, labeller="ann") == 0
    assert labels.load(session.workspace)["labeller"].to_list() == ["bob"]


def test_labels_of_deleted_tweets_go_by_either_of_their_tweets(session):
    rows = pl.DataFrame(
        {
            "tweet_id": [1, 2, 3, 9],
            "parent_id": [None, 8, 7, None],
            "label": ["no"] * 4,
            "text": ["a", "b", "c", "d"],
            "parent_text": [None, "e", "f", None],
        }
    )
    labels.add(session.workspace, rows, labeller="ann")
    gone = pl.DataFrame({"tweet_id": [1, 8, 5], "had_row": [True] * 3})
    session.workspace.write("deletions", Deletions.validate(gone, cast=True))
    assert labels.load(session.workspace)["tweet_id"].to_list() == [3, 9]


def test_scope_applies_every_rule_but_those_of_the_classifiers(session):
    recipe = Recipe()
    mask = annotator.scope(session, recipe, kind=prompt_classifier.KIND, which=annotator.SCOPES[0])
    settings = recipe.select.model_copy(
        update={
            name: getattr(SelectSettings(), name).__class__() for name in ("suitability", "answer")
        }
    )
    assert mask.to_list() == session.verdicts(settings)["kept"].to_list()
    everything = annotator.scope(session, recipe, kind=prompt_classifier.KIND, which="all")
    assert everything.sum() == 100 > mask.sum()


def test_tally_counts_by_person_and_label(session):
    first = annotate(session)
    for label in ["fits", "fits", "no"]:
        first.act(label)
    shown = annotator.tally(session.workspace, kind=prompt_classifier.KIND).text
    assert ">3<" in shown
    assert "<td>2</td><td>0</td><td>1</td><td>3</td>" in shown
    assert ">0<" in annotator.tally(session.workspace, kind=reply_classifier.KIND).text


def test_tally_says_how_many_are_a_fair_sample_and_how_to_get_enough(session):
    rows = [{"tweet_id": n, "text": "x", "label": "no", "is_random": n > 2} for n in range(1, 13)]
    labels.add(session.workspace, pl.DataFrame(rows), labeller="ann")
    shown = annotator.tally(session.workspace, kind=prompt_classifier.KIND).text
    assert "10 of them are a fair sample of all threads (0 yes, 10 no)." in shown
    assert "Probabilities are calibrated on 10 of each." in shown
    more = [row | {"tweet_id": 50 + n, "label": "fits"} for n, row in enumerate(rows)]
    labels.add(session.workspace, pl.DataFrame(more), labeller="bob")
    shown = annotator.tally(session.workspace, kind=prompt_classifier.KIND).text
    assert "(10 yes, 10 no): the next training calibrates its probabilities on them" in shown


def test_shown_marks_a_fair_sample(session):
    assert "drawn at random, a fair sample of all" in annotator.shown(queue(session).take())
    mask = pl.Series([True] * 50 + [False] * 50)
    some = Queue(session, mask, kind=prompt_classifier.KIND, order="At random", labeller="ann")
    assert "fair sample" not in annotator.shown(some.take())


def test_hostile_texts_and_names_stay_texts(tmp_path):
    session = opened(tmp_path / "ws", threads=30, hostile=True)
    waiting = queue(session, kind=reply_classifier.KIND)
    while item := waiting.take():
        shown = annotator.shown(item)
        for markup in ["<script", "<img", "<iframe", "<svg", "<h1", "<style>*", "<a ", "\u202e"]:
            assert markup not in shown
    name = annotator.name_of(fakes.HOSTILE[1] * 9)
    assert len(name) <= annotator.LONGEST_NAME
    labels.add(
        session.workspace,
        pl.DataFrame([{"tweet_id": 5, "label": "no", "text": "x"}]),
        labeller=name,
    )
    assert "<img" not in annotator.tally(session.workspace, kind=prompt_classifier.KIND).text
