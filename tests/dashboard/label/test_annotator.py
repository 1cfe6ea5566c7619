"""Labelling: what is judged is written at once, nothing comes twice, nothing is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from tests.support import fakes
from workbench import labels
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import annotator
from workbench.dashboard.label.annotator import Annotator
from workbench.dashboard.label.queue import ASIDE, ORDERS, SIZE, Queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import Recipe, SelectSettings
from workbench.schemas import Deletions


def opened(folder, **options):
    """Make a workspace in which the best reply is a turn that is there."""
    workspace = fakes.workspace(folder, **options)
    second = pl.col("thread_id") + 7_000_000_000
    workspace.write("scores", workspace.read("scores").with_columns(best_reply_id=second))
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture
def live(tmp_path):
    return opened(tmp_path / "ws", threads=100)


def queue(live, *, kind=prompt_classifier.KIND, order="At random", labeller="ann"):
    mask = pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)
    return Queue(live, mask, kind=kind, order=order, labeller=labeller)


def judge(live, **options):
    return Annotator(live.workspace, queue(live, **options), labeller="ann")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", annotator.KINDS.values())
def test_queue_gives_every_thread_once(live, order, kind):
    found, waiting = [], queue(live, kind=kind, order=order)
    while item := waiting.take():
        found.append(item.judged["thread_id"])
        assert (item.above is not None) == (kind == reply_classifier.KIND)
    known = live.scores.drop_nulls("suitability" if kind == prompt_classifier.KIND else "answer")
    assert sorted(found) == sorted(known["thread_id"])


def test_queue_draws_others_for_two_people_whose_names_begin_alike(live):
    def first(labeller):
        waiting = queue(live, labeller=labeller)
        return [waiting.take().judged["thread_id"] for _ in range(8)]

    assert first("annotator1") == first("annotator1") != first("annotator2")


def test_queue_most_likely_first_falls(live):
    waiting = queue(live, order="Most likely first")
    scores = dict(live.scores.select("thread_id", "suitability").rows())
    items = [waiting.take() for _ in range(99)]
    found = [scores[item.judged["thread_id"]] for item in items if item.why == "likely"]
    assert found == sorted(found, reverse=True)
    assert len(found) > 60
    assert [item.why for item in items[len(found) :]] == ["random"] * (99 - len(found))


def test_queue_that_teaches_mixes_doubt_and_chance(tmp_path):
    live = opened(tmp_path / "ws", threads=400)
    waiting = queue(live, order="What teaches most")
    found = [waiting.take() for _ in range(SIZE)]
    assert {item.why for item in found} == {"uncertain", "rare", "random"}
    scores = dict(live.scores.select("thread_id", "suitability").rows())
    doubt = [abs(scores[i.judged["thread_id"]] - 0.5) for i in found if i.why == "uncertain"]
    assert max(doubt) < 0.1


@pytest.mark.parametrize(
    ("first", "size"), [("What teaches most", 120), ("Most likely first", 190)]
)
def test_what_is_drawn_is_a_fair_sample_whatever_was_chosen_before(tmp_path, first, size):
    live = opened(tmp_path / "ws", threads=200)
    doubt = (pl.col("suitability") - 0.5).abs()
    known = live.scores.drop_nulls("suitability")
    doubtful = set(known.bottom_k(20, by=doubt)["thread_id"])
    likely = set(known.top_k(20, by="suitability")["thread_id"])
    drawn = []
    for number in range(40):
        waiting = queue(live, order=first, labeller=f"p{number}")
        items = [waiting.take() for _ in range(size)]
        drawn += [item.judged["thread_id"] for item in items if item.is_fair]
        assert {item.why for item in items if item.is_fair} <= {"random"}
        assert max(Counter(item.judged["thread_id"] for item in items).values()) == 1
    share = 20 / known.height
    spread = (len(drawn) * share * (1 - share)) ** 0.5
    assert len(drawn) > 800
    for group in (doubtful, likely):
        found = sum(thread_id in group for thread_id in drawn)
        assert abs(found - len(drawn) * share) < 3 * spread


def test_what_one_person_chose_is_not_missing_from_what_he_draws_later(tmp_path):
    live = opened(tmp_path / "ws", threads=300)
    first = judge(live, order="What teaches most")
    chosen = set()
    while len(chosen) < 60:
        if first.item.is_fair:
            first.act("skip")
        else:
            chosen.add(first.item.judged["thread_id"])
            first.act("no")
    aside = live.scores.drop_nulls("suitability").filter(
        pl.col("thread_id").hash(queue(live)._seed) % ASIDE == 0
    )
    assert not chosen & set(aside["thread_id"])
    waiting = queue(live, order="At random")
    items = [waiting.take() for _ in range(aside.height + 9)]
    assert {item.judged["thread_id"] for item in items[: aside.height]} == set(aside["thread_id"])
    assert [item.is_fair for item in items] == [True] * aside.height + [False] * 9


def test_labels_are_random_only_where_every_thread_may_come(live):
    everything = pl.repeat(True, live.scores.height, dtype=pl.Boolean, eager=True)
    for mask, is_random in [(everything, True), (live.scores["turns"] > 2, False)]:
        waiting = Queue(live, mask, kind=prompt_classifier.KIND, order="At random", labeller="ann")
        item = waiting.take()
        assert item.why == "random"
        assert item.row("no")["is_random"].to_list() == [is_random]


def test_everything_drawn_is_fair_while_nothing_was_chosen_on_purpose(live):
    shown = judge(live)
    for _ in range(40):
        shown.act("no")
    assert labels.load(live.workspace)["is_random"].all()
    known = live.scores.drop_nulls("suitability").height
    waiting = queue(live, labeller="bob")
    items = [waiting.take() for _ in range(known - 40)]
    assert all(item.is_fair for item in items)


def test_queue_leaves_out_what_anybody_has_labelled(live):
    first = judge(live)
    done = [first.item.judged["tweet_id"]]
    first.act("no")
    waiting, left = queue(live, labeller="bob"), []
    while item := waiting.take():
        left.append(item.judged["tweet_id"])
    assert not set(done) & set(left)
    assert len(left) == 99


def test_queue_passes_over_tweets_that_are_gone(live):
    gone = live.scores["thread_id"][:30]
    turns = live.workspace.read("turns").filter(~pl.col("thread_id").is_in(gone.implode()))
    live.workspace.write("turns", turns)
    waiting, found = queue(live), 0
    while waiting.take():
        found += 1
    assert found == 70


def test_act_writes_at_once_on_which_words(live):
    shown = judge(live, kind=reply_classifier.KIND)
    item = shown.item
    shown.act("answers")
    row = labels.load(live.workspace).row(0, named=True)
    assert (row["tweet_id"], row["parent_id"]) == (item.judged["tweet_id"], item.above["tweet_id"])
    assert (row["text"], row["parent_text"]) == (item.judged["text"], item.above["text"])
    assert (row["label"], row["labeller"], row["thread_id"]) == (
        "answers",
        "ann",
        item.judged["thread_id"],
    )
    assert shown.item.judged["tweet_id"] != item.judged["tweet_id"]


def test_undo_takes_back_one_after_the_other(live):
    shown = judge(live)
    items = [shown.item]
    for label in ["fits", "borderline", "no"]:
        shown.act(label)
        items.append(shown.item)
    shown.act("skip")
    for left in [2, 1, 0]:
        shown.act("undo")
        assert labels.load(live.workspace).height == left
        assert shown.item == items[left]
    assert "undo" not in shown.now["actions"]


def test_undo_that_cannot_write_can_be_tried_again(live, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    shown = judge(live)
    shown.act("no")
    with monkeypatch.context() as patched:
        patched.setattr(labels, "take_back", full)
        shown.act("undo")
    assert shown.now["is_wrong"]
    assert "undo" in shown.now["actions"]
    shown.act("undo")
    assert not shown.now["is_wrong"]
    assert labels.load(live.workspace).is_empty()


def test_queue_shows_nothing_of_what_was_deleted(live):
    first = queue(live).take().judged["tweet_id"]
    rows = Deletions.validate(pl.DataFrame({"tweet_id": [first], "had_row": [True]}))
    live.workspace.write("deletions", rows)
    waiting = queue(live)
    while item := waiting.take():
        assert first not in item.turns["tweet_id"]
        assert item.judged["tweet_id"] != first


def test_press_counts_once_and_only_about_what_was_seen(live):
    shown = judge(live)
    turn = shown.now["turn"]
    shown.pressed = {"action": "fits", "turn": turn}
    shown.pressed = {"action": "no", "turn": turn}
    shown.pressed = {"action": "answers", "turn": shown.now["turn"]}
    shown.pressed = {"action": "__class__", "turn": shown.now["turn"]}
    assert labels.load(live.workspace)["label"].to_list() == ["fits"]


def test_act_that_cannot_write_says_so_and_stays(live, monkeypatch):
    shown = judge(live)
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
    assert labels.load(live.workspace).height == 1


def test_two_people_at_once_lose_no_label(live):
    def sit(name):
        shown = Annotator(live.workspace, queue(live, labeller=name), labeller=name)
        for _ in range(15):
            shown.act("no")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sit, ["ann", "bob", "cem", "dee"]))
    counts = dict(labels.load(live.workspace).group_by("labeller").len().rows())
    assert counts == dict.fromkeys(["ann", "bob", "cem", "dee"], 15)


def test_take_back_leaves_everything_else(live):
    for name, label in [("ann", "fits"), ("bob", "no")]:
        row = pl.DataFrame([{"tweet_id": 5, "label": label, "text": "why?"}])
        labels.add(live.workspace, row, labeller=name)
    assert labels.take_back(live.workspace, tweet_id=5, parent_id=7, labeller="ann") == 0
    assert labels.take_back(live.workspace, tweet_id=5, labeller="ann") == 1
    assert labels.take_back(live.workspace, tweet_id=5, labeller="ann") == 0
    assert labels.load(live.workspace)["labeller"].to_list() == ["bob"]


def test_labels_of_deleted_tweets_go_by_either_of_their_tweets(live):
    rows = pl.DataFrame(
        {
            "tweet_id": [1, 2, 3, 9],
            "parent_id": [None, 8, 7, None],
            "label": ["no"] * 4,
            "text": ["a", "b", "c", "d"],
            "parent_text": [None, "e", "f", None],
        }
    )
    labels.add(live.workspace, rows, labeller="ann")
    gone = pl.DataFrame({"tweet_id": [1, 8, 5], "had_row": [True] * 3})
    live.workspace.write("deletions", Deletions.validate(gone, cast=True))
    assert labels.load(live.workspace)["tweet_id"].to_list() == [3, 9]


def test_scope_takes_every_rule_but_those_of_the_judges(live):
    recipe = Recipe()
    mask = annotator.scope(live, recipe, kind=prompt_classifier.KIND, which=annotator.SCOPES[0])
    settings = recipe.select.model_copy(
        update={
            name: getattr(SelectSettings(), name).__class__() for name in ("suitability", "answer")
        }
    )
    assert mask.to_list() == live.verdicts(settings)["kept"].to_list()
    everything = annotator.scope(live, recipe, kind=prompt_classifier.KIND, which="all")
    assert everything.sum() == 100 > mask.sum()


def test_tally_counts_by_person_and_label(live):
    first = judge(live)
    for label in ["fits", "fits", "no"]:
        first.act(label)
    shown = annotator.tally(live.workspace, kind=prompt_classifier.KIND).text
    assert ">3<" in shown
    assert "<td>2</td><td>0</td><td>1</td><td>3</td>" in shown
    assert ">0<" in annotator.tally(live.workspace, kind=reply_classifier.KIND).text


def test_tally_says_how_many_are_a_fair_sample_and_how_to_have_enough(live):
    rows = [{"tweet_id": n, "text": "x", "label": "no", "is_random": n > 2} for n in range(1, 13)]
    labels.add(live.workspace, pl.DataFrame(rows), labeller="ann")
    shown = annotator.tally(live.workspace, kind=prompt_classifier.KIND).text
    assert "10 of them are a fair sample of all threads (0 yes, 10 no). With 10 of each" in shown
    more = [row | {"tweet_id": 50 + n, "label": "fits"} for n, row in enumerate(rows)]
    labels.add(live.workspace, pl.DataFrame(more), labeller="bob")
    shown = annotator.tally(live.workspace, kind=prompt_classifier.KIND).text
    assert "(10 yes, 10 no): the chances of the next training are calibrated on them" in shown


def test_shown_says_what_is_a_fair_sample(live):
    assert "drawn at random, a fair sample of all" in annotator.shown(queue(live).take())
    mask = pl.Series([True] * 50 + [False] * 50)
    some = Queue(live, mask, kind=prompt_classifier.KIND, order="At random", labeller="ann")
    assert "fair sample" not in annotator.shown(some.take())


def test_hostile_texts_and_names_stay_texts(tmp_path):
    live = opened(tmp_path / "ws", threads=30, hostile=True)
    waiting = queue(live, kind=reply_classifier.KIND)
    while item := waiting.take():
        shown = annotator.shown(item)
        for markup in ["<script", "<img", "<iframe", "<svg", "<h1", "<style>*", "<a ", "\u202e"]:
            assert markup not in shown
    name = annotator.name_of(fakes.HOSTILE[1] * 9)
    assert len(name) <= annotator.LONGEST_NAME
    labels.add(
        live.workspace, pl.DataFrame([{"tweet_id": 5, "label": "no", "text": "x"}]), labeller=name
    )
    assert "<img" not in annotator.tally(live.workspace, kind=prompt_classifier.KIND).text
