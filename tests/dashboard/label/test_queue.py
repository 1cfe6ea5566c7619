"""The queue returns every thread once, and random threads are a fair sample."""

from collections import Counter

import polars as pl
import pytest

from tests.support import fakes
from workbench import labels
from workbench.classifiers import prompt_classifier, reply_classifier
from workbench.dashboard.label import kinds
from workbench.dashboard.label.annotator import Annotator
from workbench.dashboard.label.queue import ASIDE, ORDERS, SECOND, SIZE, Queue
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.labels import agreement
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


def queue(session, *, kind=prompt_classifier.KIND, order="Fair sample", labeller="ann"):
    mask = pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)
    return Queue(session, mask, kind=kind, order=order, labeller=labeller)


def annotate(session, **options):
    return Annotator(session, queue(session, **options), labeller="ann")


@pytest.mark.parametrize("order", [order for order in ORDERS if order != SECOND])
@pytest.mark.parametrize("kind", kinds.KINDS.values())
def test_queue_returns_every_thread_once(session, order, kind):
    taken, waiting = [], queue(session, kind=kind, order=order)
    while item := waiting.take():
        taken.append(item.tweet["thread_id"])
        assert (item.parent is not None) == (kind == reply_classifier.KIND)
    known = session.scores.drop_nulls("suitability" if kind == prompt_classifier.KIND else "answer")
    assert sorted(taken) == sorted(known["thread_id"])


def test_queue_draws_other_threads_for_similar_names(session):
    def first(labeller):
        waiting = queue(session, labeller=labeller)
        return [waiting.take().tweet["thread_id"] for _ in range(8)]

    assert first("annotator1") == first("annotator1") != first("annotator2")


def test_queue_most_likely_first_falls(session):
    waiting = queue(session, order="Most likely first")
    scores = dict(session.scores.select("thread_id", "suitability").rows())
    items = [waiting.take() for _ in range(99)]
    taken = [scores[item.tweet["thread_id"]] for item in items if item.why == "likely"]
    assert taken == sorted(taken, reverse=True)
    assert len(taken) > 60
    assert [item.why for item in items[len(taken) :]] == ["random"] * (99 - len(taken))


def test_queue_that_teaches_mixes_uncertain_rare_and_random(tmp_path):
    session = opened(tmp_path / "ws", threads=400)
    waiting = queue(session, order="Most useful")
    taken = [waiting.take() for _ in range(SIZE)]
    assert {item.why for item in taken} == {"uncertain", "rare", "random"}
    scores = dict(session.scores.select("thread_id", "suitability").rows())
    doubt = [abs(scores[i.tweet["thread_id"]] - 0.5) for i in taken if i.why == "uncertain"]
    assert max(doubt) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("first", "size"), [("Most useful", 120), ("Most likely first", 190)])
def test_random_threads_are_a_fair_sample_in_every_order(tmp_path, first, size):
    session = opened(tmp_path / "ws", threads=200)
    doubt = (pl.col("suitability") - 0.5).abs()
    known = session.scores.drop_nulls("suitability")
    doubtful = set(known.bottom_k(20, by=doubt)["thread_id"])
    likely = set(known.top_k(20, by="suitability")["thread_id"])
    drawn = []
    for number in range(20):
        waiting = queue(session, order=first, labeller=f"p{number}")
        items = [waiting.take() for _ in range(size)]
        drawn += [item.tweet["thread_id"] for item in items if item.is_fair]
        assert {item.why for item in items if item.is_fair} <= {"random"}
        assert max(Counter(item.tweet["thread_id"] for item in items).values()) == 1
    share = 20 / known.height
    spread = (len(drawn) * share * (1 - share)) ** 0.5
    assert len(drawn) > 400
    for group in (doubtful, likely):
        taken = sum(thread_id in group for thread_id in drawn)
        assert abs(taken - len(drawn) * share) < 3 * spread


def test_threads_chosen_on_purpose_are_not_missing_from_the_random_ones(tmp_path):
    session = opened(tmp_path / "ws", threads=300)
    first = annotate(session, order="Most useful")
    chosen = set()
    while len(chosen) < 60:
        if first.item.is_fair:
            first.act("skip")
        else:
            chosen.add(first.item.tweet["thread_id"])
            first.act("no")
    aside = session.scores.drop_nulls("suitability").filter(
        pl.col("thread_id").hash(queue(session)._seed) % ASIDE == 0
    )
    assert not chosen & set(aside["thread_id"])
    waiting = queue(session, order="Fair sample")
    items = [waiting.take() for _ in range(aside.height + 9)]
    assert {item.tweet["thread_id"] for item in items[: aside.height]} == set(aside["thread_id"])
    assert [item.is_fair for item in items] == [True] * aside.height + [False] * 9


def test_labels_are_random_only_if_every_thread_may_come(session):
    everything = pl.repeat(True, session.scores.height, dtype=pl.Boolean, eager=True)
    for mask, is_random in [(everything, True), (session.scores["turns"] > 2, False)]:
        waiting = Queue(
            session, mask, kind=prompt_classifier.KIND, order="Fair sample", labeller="ann"
        )
        item = waiting.take()
        assert item.why == "random"
        assert item.row("no")["is_random"].to_list() == [is_random]


def test_every_random_thread_is_fair_until_one_is_chosen_on_purpose(session):
    shown = annotate(session)
    for _ in range(40):
        shown.act("no")
    assert labels.load(session.workspace)["is_random"].all()
    known = session.scores.drop_nulls("suitability").height
    waiting = queue(session, labeller="bob")
    items = [waiting.take() for _ in range(known - 40)]
    assert all(item.is_fair for item in items)


def test_queue_leaves_out_labelled_threads(session):
    first = annotate(session)
    done = [first.item.tweet["tweet_id"]]
    first.act("no")
    waiting, left = queue(session, labeller="bob"), []
    while item := waiting.take():
        left.append(item.tweet["tweet_id"])
    assert not set(done) & set(left)
    assert len(left) == 99


def test_queue_leaves_out_missing_tweets(session):
    gone = session.scores["thread_id"][:30]
    turns = session.workspace.read("turns").filter(~pl.col("thread_id").is_in(gone.implode()))
    session.workspace.write("turns", turns)
    waiting, taken = queue(session), 0
    while waiting.take():
        taken += 1
    assert taken == 70


def test_queue_shows_no_deleted_tweet(session):
    first = queue(session).take().tweet["tweet_id"]
    rows = Deletions.validate(pl.DataFrame({"tweet_id": [first], "had_row": [True]}))
    session.workspace.write("deletions", rows)
    waiting = queue(session)
    while item := waiting.take():
        assert first not in item.turns["tweet_id"]
        assert item.tweet["tweet_id"] != first


@pytest.mark.parametrize("kind", kinds.KINDS.values())
def test_second_opinion_brings_what_others_have_labelled_and_hides_their_label(session, kind):
    first = Annotator(session, queue(session, kind=kind), labeller="ann")
    label = next(iter(kinds.names(kind)))
    keys = []
    for _ in range(5):
        keys.append(first.item.key)
        first.act(label)
    assert queue(session, kind=kind, order=SECOND, labeller="ann").take() is None
    second = Annotator(
        session, queue(session, kind=kind, order=SECOND, labeller="bob"), labeller="bob"
    )
    taken = []
    while second.item:
        taken.append(second.item.key)
        assert second.item.is_fair
        assert second.now["chosen"] == ""
        second.act("no")
    assert sorted(taken) == sorted(keys)
    (both,) = agreement.pairs(labels.load(session.workspace), replies=kind == reply_classifier.KIND)
    assert both.rows == 5
