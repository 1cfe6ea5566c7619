"""What a threshold gives, by labels."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import fakes
from workbench import labels
from workbench.dashboard.components import threshold_curves
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.facets.score_axes import Axis
from workbench.recipe import CATALOGUE, Bounds, Recipe


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    workspace = fakes.workspace(tmp_path_factory.mktemp("thresholds") / "ws", threads=300)
    return ScoresSession(workspace, workspace.read("scores"))


def label(live, rows, *, who="me", **columns):
    made = rows.select(tweet_id="root_id", text=pl.lit("x")).with_columns(**columns)
    labels.add(live.workspace, made, labeller=who)


@pytest.fixture
def labelled(live):
    some = live.scores.filter(pl.col("suitability").is_not_null()).head(40)
    fits = pl.Series("label", ["fits" if score > 0.5 else "no" for score in some["suitability"]])
    label(live, some, label=fits)
    yield some
    live.workspace.path("labels").unlink()


tenths = st.integers(0, 10).map(lambda tenth: tenth / 10)


@given(
    st.lists(st.tuples(tenths | st.just(float("nan")), st.booleans()), max_size=30),
    st.lists(tenths, max_size=30),
    st.booleans(),
)
def test_table_counts_what_passes(rows, every, is_ceiling):
    values, hits = np.array([v for v, _ in rows]), np.array([h for _, h in rows], dtype=bool)
    # Scores are Float32 and thresholds are not.
    scored = threshold_curves.LabelledScores(
        values.astype(np.float32).astype(np.float64),
        hits,
        np.sort(np.array(every, dtype=np.float32).astype(np.float64)),
        "fit",
    )
    shown = threshold_curves.table(scored, [0.0, 0.3, 0.7], is_ceiling=is_ceiling)
    for row in shown.iter_rows(named=True):
        at = row["threshold"]
        inside = [h for v, h in rows if (v <= at if is_ceiling else v >= at)]
        assert (row["labelled"], row["hits"]) == (len(inside), sum(inside))
        assert row["passing"] == sum(v <= at if is_ceiling else v >= at for v in every)
        assert row["precision"] == (sum(inside) / len(inside) if inside else None)
        assert row["recall"] == (sum(inside) / hits.sum() if hits.any() else None)
        if inside:
            assert -1e-9 <= row["low"] <= row["precision"] <= row["high"] + 1e-9 <= 1 + 1e-6


def test_labelled_follows_the_majority_of_people(live, labelled):
    one = live.scores.filter(pl.col("root_id") == labelled["root_id"][0])
    before = threshold_curves.labelled(live, "suitability").is_hit.sum()
    label(live, one, who="a", label=pl.lit("fits"))
    label(live, one, who="b", label=pl.lit("fits"))
    votes = 1 + (labelled["suitability"][0] <= 0.5)
    assert threshold_curves.labelled(live, "suitability").is_hit.sum() == before + votes - 1


def test_labelled_answers_use_the_label_of_the_best_reply(live, labelled):
    some = live.scores.head(5)
    known = some.select(
        tweet_id="best_reply_id",
        parent_id="root_id",
        label=pl.lit("answers"),
        text=pl.lit("x"),
        parent_text=pl.lit("y"),
    )
    other = known.with_columns(pl.col("tweet_id") + 1, label=pl.lit("no"))
    labels.add(live.workspace, pl.concat([known, other]), labeller="me")
    scored = threshold_curves.labelled(live, "answer")
    assert scored.is_hit.tolist() == [True] * 5
    assert sorted(scored.values) == sorted(some["answer"].to_list())


def test_sentence_has_precision_recall_and_yield(live, labelled):
    scored = threshold_curves.labelled(live, "suitability")
    sentence = threshold_curves.sentence(scored, Bounds(min=0.5), threads=live.size[0])
    above = (labelled["suitability"] > 0.5).sum()
    passing = (live.scores["suitability"] >= 0.5).sum()
    assert f"{above} of {above} labelled threads fit: 100%" in sentence
    assert f"{passing} of all 300 threads" in sentence
    assert "or below" in threshold_curves.sentence(scored, Bounds(max=0.2), threads=300)
    assert "No threshold" in threshold_curves.sentence(scored, Bounds(), threads=300)


def test_show_draws_or_asks_for_labels(live, labelled):
    axis = Axis.of(live.scores, "suitability")
    scored = threshold_curves.labelled(live, "suitability")
    assert (
        "precision" in threshold_curves.show(scored, Bounds(min=0.5), axis=axis, threads=300).text
    )
    few = threshold_curves.labelled(live, "answer")
    shown = threshold_curves.show(few, Bounds(), axis=axis, threads=300).text
    assert "label 20 more" in shown
    assert "file=label.py" in shown


def test_every_bounds_rule_has_labelled_scores(live, labelled):
    for name in [name for name, rule in CATALOGUE.items() if rule.kind == "bounds"]:
        scored = threshold_curves.labelled(live, name)
        chosen = getattr(Recipe().select, name)
        threshold_curves.show(scored, chosen, axis=live.axis(name), threads=300)
