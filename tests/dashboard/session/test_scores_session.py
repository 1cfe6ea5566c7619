"""What the dashboard asks of the scores while somebody moves a slider."""

from html import escape

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.support import fakes
from workbench import selection
from workbench.dashboard.components import thread_cards, thread_reader
from workbench.dashboard.session.scores_session import ORDERS, ScoresSession
from workbench.dashboard.session.session_cache import SessionCache
from workbench.exceptions import StageError
from workbench.recipe import CATALOGUE, Bounds, Recipe, SelectSettings
from workbench.schemas import Deletions
from workbench.selection import hand_list
from workbench.selection.build import removed_first

SETTINGS = SelectSettings(suitability=Bounds(min=0.5))


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("live") / "ws", threads=500)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def verdicts(live):
    return live.verdicts(SETTINGS)


def test_verdicts_are_those_of_the_selection_after_any_moves(live):
    draw = np.random.default_rng(0)
    settings = SETTINGS
    for _ in range(30):
        name = str(draw.choice(["turns", "similarity", "depth", "link_share"]))
        low = float(draw.choice([0, 0.2, 0.5, 3]))
        settings = settings.model_copy(update={name: Bounds(min=low)})
        expected = selection.from_scores(live.scores, settings=settings)
        assert_frame_equal(live.verdicts(settings), expected.drop("removed_by"))


def test_kept_counts_threads_and_their_turns(live, verdicts):
    rows = live.scores.filter(verdicts["kept"])
    assert live.kept(verdicts) == (rows.height, rows["turns"].sum())


def test_removed_first_is_the_rule_that_the_selection_names(live, verdicts):
    expected = selection.from_scores(live.scores, settings=SETTINGS)["removed_by"]
    for rule in CATALOGUE:
        assert (
            removed_first(verdicts, rule).to_list() == (expected == rule).fill_null(False).to_list()
        )


@pytest.mark.parametrize("view", ["kept", "removed"])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_contain_every_thread_once(live, verdicts, view, order):
    count = int((verdicts["kept"] == (view == "kept")).sum())
    pages = [
        live.rows(verdicts, view=view, order=order, page=page, size=7)
        for page in range(1, -(-count // 7) + 1)
    ]
    rows = pl.concat(pages)
    assert rows["thread_id"].n_unique() == rows.height == count
    assert (rows["removed_by"].is_null() == (view == "kept")).all()
    column, descending = ORDERS[order]
    if column != "shuffle":
        in_order = rows[column].drop_nulls()
        assert in_order.to_list() == in_order.sort(descending=descending).to_list()
        assert rows[column].is_null().to_list() == sorted(rows[column].is_null().to_list())


def test_page_past_the_end_is_the_last_one(live, verdicts):
    last = live.rows(verdicts, page=10**6, size=7)
    assert 0 < last.height <= 7


def test_rows_of_a_rule_are_removed_by_it_first(live, verdicts):
    rows = live.rows(verdicts, view="removed", rule="language")
    assert set(rows["removed_by"]) == {"language"}


def test_rows_of_an_empty_mask_are_empty(live, verdicts):
    nothing = live.verdicts(SETTINGS.model_copy(update={"turns": Bounds(min=10**6)}))
    assert live.openings(live.rows(nothing)).height == 0


def test_openings_are_the_texts_of_the_first_turns(live, verdicts):
    rows = live.openings(live.rows(verdicts, size=20))
    for thread_id, text in rows.select("thread_id", "text").rows():
        assert live.turns(thread_id)["text"][0] == text


def test_borderline_is_near_the_threshold(live, verdicts):
    near = live.borderline(verdicts, rule="suitability", settings=SETTINGS, limit=5)
    assert near.height == 10
    assert near["removed_by"].null_count() == 5
    assert near["distance"].is_sorted()
    kept = near.filter(pl.col("removed_by").is_null())["suitability"]
    assert kept.max() == live.scores.filter(verdicts["kept"])["suitability"].bottom_k(5).max()


def test_borderline_of_a_rule_that_is_off_is_empty(live, verdicts):
    assert live.borderline(verdicts, rule="depth", settings=SETTINGS).height == 0


def test_choices_count_each_value(live):
    assert live.choices("language") == dict(live.scores["language"].value_counts().rows())
    assert live.choices("hashtags") == dict(
        live.scores["hashtags"].explode().drop_nulls().value_counts().rows()
    )


def test_deleted_tweets_are_shown_in_no_list_and_no_thread(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=20)
    live = ScoresSession(workspace, workspace.read("scores"))
    row = live.scores.row(3, named=True)
    text = live.openings(live.scores[3:4])["text"][0]
    rows = Deletions.validate(pl.DataFrame({"tweet_id": [row["root_id"]], "had_row": [True]}))
    workspace.write("deletions", rows)
    everything = pl.repeat(True, 20, dtype=pl.Boolean, eager=True)
    openings = live.openings(live.some(everything, live.verdicts(SelectSettings())))
    assert openings.filter(thread_id=row["thread_id"])["text"].to_list() == [None]
    assert openings["text"].null_count() == 1
    assert ["(deleted)"] in [card["text"] for card in thread_cards.table(openings).cards]
    view = thread_reader.show(live, openings, row["thread_id"], recipe=Recipe()).widget
    drawn = view.head + "".join(view.parts)
    assert escape(text) not in drawn
    assert "deleted" in drawn


def test_an_axis_is_computed_once_for_all_sessions(live):
    shared = SessionCache()
    first, second = (ScoresSession(live.workspace, live.scores, shared=shared) for _ in range(2))
    assert first.axis("turns") is second.axis("turns")
    assert first.axis("turns").threads.sum() == live.scores.height


def test_some_returns_the_threads_of_a_mask(live, verdicts):
    mask = live.scores["turns"] == 3
    rows = live.some(mask, verdicts, size=10**6)
    assert sorted(rows["thread_id"]) == sorted(live.scores["thread_id"].filter(mask))


def test_decisions_by_hand_outrank_the_rules(own):
    settings = SelectSettings()
    before = own.verdicts(settings)
    thread_ids = before["thread_id"]
    kept, removed = before["kept"].arg_true()[0], before["kept"].not_().arg_true()[0]
    hand_list.decide(own.workspace, [thread_ids[kept]], what="thread", decision="drop")
    hand_list.decide(own.workspace, [thread_ids[removed]], what="thread", decision="keep")
    after = own.verdicts(settings)
    expected = selection.from_scores(own.scores, settings=settings, decisions=own.decisions())
    assert_frame_equal(after, expected.drop("removed_by"))
    assert after["kept"][[kept, removed]].to_list() == [False, True]


def test_rule_without_a_measure_is_refused(own):
    with pytest.raises(StageError, match="no measure `gone`"):
        own.verdicts(SelectSettings(own={"gone": {"min": 1}}))
