"""Labels are saved at once, and none is lost."""

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from tests.support import fakes
from workbench import labels
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import annotator, goals, people
from workbench.dashboard.label.annotator import Annotator
from workbench.dashboard.label.queue import Queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe, SelectSettings
from workbench.schemas import Deletions
from workbench.selection import hand_list


def opened(folder, **options):
    """Make a workspace in which the best reply is a turn of the thread."""
    workspace = fakes.workspace(folder, **options)
    second = pl.col("thread_id") + 7_000_000_000
    workspace.write("scores", workspace.read("scores").with_columns(best_reply_id=second))
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def session(tmp_path):
    return opened(tmp_path / "ws", threads=100)


def queue(session, *, kind=prompt_classifier.KIND, order="Fair sample", labeller="ann"):
    mask = pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)
    return Queue(session, mask, kind=kind, order=order, labeller=labeller)


def annotate(session, **options):
    return Annotator(session, queue(session, **options), labeller="ann")


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
        shown = Annotator(session, queue(session, labeller=name), labeller=name)
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


def test_history_shows_the_newest_first_and_a_label_can_be_revised(session):
    shown = annotate(session)
    first = shown.item
    for label in ["fits", "no"]:
        shown.act(label)
    waiting = shown.item
    assert [row["label"] for row in shown.now["history"]] == ["No", "Fits"]
    shown.pressed = {"action": "open", "place": 1, "turn": shown.now["turn"]}
    assert shown.item.key == first.key
    assert (shown.item.is_fair, shown.now["chosen"]) == (True, "fits")
    assert shown.item.turns.height == first.turns.height
    shown.act("borderline")
    assert shown.item.key == waiting.key
    known = labels.load(session.workspace)
    assert sorted(known["label"]) == ["borderline", "no"]
    assert known["is_random"].all()
    shown.act("undo")
    assert sorted(labels.load(session.workspace)["label"]) == ["fits", "no"]
    assert shown.now["chosen"] == "fits"


def test_history_survives_a_reload_and_ignores_what_is_not_in_it(session):
    annotate(session).act("fits")
    shown = annotate(session)
    assert [row["label"] for row in shown.now["history"]] == ["Fits"]
    for place in (5, -1, "0", None):
        shown.pressed = {"action": "open", "place": place, "turn": shown.now["turn"]}
    assert shown.now["turn"] == 1


def test_label_without_its_thread_can_be_revised(session):
    row = pl.DataFrame([{"tweet_id": 5, "label": "no", "text": "not <b>here</b>"}])
    labels.add(session.workspace, row, labeller="ann")
    shown = annotate(session)
    shown.reopen(0)
    assert "not in this workspace" in shown.now["html"]
    assert "<b>here" not in shown.now["html"]
    shown.act("fits")
    assert labels.load(session.workspace)["label"].to_list() == ["fits"]


def test_items_of_a_list_are_settled(session):
    tweet = session.workspace.read("turns").filter(position=0).row(0, named=True)
    row = pl.DataFrame([{name: tweet[name] for name in ("tweet_id", "thread_id", "text")}])
    for name, label in [("ann", "fits"), ("bob", "no")]:
        labels.add(session.workspace, row.with_columns(label=pl.lit(label)), labeller=name)
    waiting = people.disagreements(session, kind=prompt_classifier.KIND)
    shown = Annotator(session, waiting, labeller="ann", method=labels.SETTLED)
    assert "“fits” by ann; “no” by bob" in shown.now["why"]
    assert shown.now["chosen"] == ""
    shown.act("no")
    assert shown.item is None
    assert people.disagreements(session, kind=prompt_classifier.KIND).size == 0
    assert labels.load(session.workspace)["method"].to_list() == [None, None, "settled"]
    shown.act("undo")
    assert labels.load(session.workspace).height == 2


def test_hostile_names_stay_texts(session):
    name = annotator.name_of(fakes.HOSTILE[1] * 9)
    assert len(name) <= labels.LONGEST_NAME
    labels.add(
        session.workspace,
        pl.DataFrame([{"tweet_id": 5, "label": "no", "text": "x"}]),
        labeller=name,
    )
    shown = goals.tally(session.workspace, kind=prompt_classifier.KIND, names=["no"]).text
    assert "<img" not in shown


def test_the_item_is_kept_or_dropped_by_hand_and_stays(session):
    shown = annotate(session)
    item = shown.item
    shown.act("drop")
    assert "thread is dropped by hand" in shown.now["note"]
    assert shown.item == item
    assert hand_list.load(session.workspace)["id"].to_list() == [item.tweet["thread_id"]]
    shown.act("drop")
    assert hand_list.load(session.workspace).is_empty()
    replies = annotate(session, kind=reply_classifier.KIND)
    replies.act("keep")
    decided = hand_list.load(session.workspace).row(0)
    assert decided[:3] == ("turn", replies.item.tweet["tweet_id"], "keep")
