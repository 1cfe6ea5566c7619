"""The cascade against brute force, and what later stages do with threads it passed over."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import pipeline, sample
from workbench.embeddings import cascade, embedders
from workbench.exceptions import RecipeError
from workbench.recipe import Recipe
from workbench.storage import Workspace

HASHING = embedders.load("hashing")
KNOWN = HASHING.encode(["why is the sky blue", "how do I cook rice"])


def make_turns(texts):
    """Return a thread of two turns per text."""
    roots = pl.DataFrame(
        {"thread_id": range(1, len(texts) + 1), "text": texts},
        schema={"thread_id": pl.Int64, "text": pl.String},
    )
    replies = roots.with_columns(text=pl.lit("why is the sky blue"), position=1)
    return pl.concat([roots.with_columns(position=0), replies])


words = st.lists(st.sampled_from(["why", "sky", "rice", "lol", "@a", "https://t.co/x"]), max_size=4)


@given(
    texts=st.lists(words.map(" ".join), max_size=15),
    share=st.floats(0.01, 1),
    part=st.integers(1, 7),
)
def test_from_threads_selects_the_nearest(texts, share, part):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cascade, "PART", part)
        selected = cascade.from_threads(make_turns(texts), share=share, fast=HASHING, known=KNOWN)
    bare = [" ".join(w for w in text.split() if w[0] not in "@h") for text in texts]
    scored = [
        (-float((KNOWN @ HASHING.encode([text])[0]).max().round(5)), thread + 1)
        for thread, text in enumerate(bare)
        if text
    ]
    wanted = int(np.ceil(share * len(scored)))
    chosen = selected.threads["thread_id"].to_list()
    assert len(chosen) == len(set(chosen)) == wanted
    similarity = {thread: score for score, thread in scored}
    left = [similarity[thread] for thread in similarity if thread not in chosen]
    assert not left or max(similarity[thread] for thread in chosen) <= min(left) + 1e-4
    assert selected.without_text == bare.count("")
    assert selected.passed_over == len(scored) - wanted


def test_of_equally_near_threads_the_oldest_come_first():
    selected = cascade.from_threads(
        make_turns(["sky"] * 7), share=0.4, fast=HASHING, known=KNOWN
    ).threads
    assert selected["thread_id"].to_list() == [1, 2, 3]


def test_progress_ends_at_all_threads(monkeypatch):
    monkeypatch.setattr(cascade, "PART", 2)
    calls = []
    cascade.from_threads(
        make_turns(["a", "b", "@c", "d", "e"]).lazy(),
        share=0.5,
        fast=HASHING,
        known=KNOWN,
        on_progress=lambda *call: calls.append(call),
    )
    assert (calls[0], calls[-1]) == ((0, 5), (5, 5))
    assert calls == sorted(calls)


def test_a_cascade_needs_a_second_engine():
    with pytest.raises(RecipeError, match="needs a second engine besides `fast`"):
        Recipe.from_toml('[embed]\nengine = "fast"\ncascade = 0.2')


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cascade")
    sample.write(folder / "sample.tar", lines=2000)
    opened = Workspace.create(folder / "workspace")
    recipe = Recipe.from_toml('[embed]\nmodel = "hashing"')
    pipeline.ingest(opened, recipe, paths=[str(folder / "sample.tar")])
    pipeline.run_stage(opened, recipe, "threads")
    return opened


def recipe_of(cascade_share, instructions="starter"):
    return Recipe.from_toml(
        f'[embed]\nmodel = "hashing"\ncascade = {cascade_share}\n'
        f'[score]\ninstructions = "{instructions}"'
    )


def similarities(workspace, recipe):
    for stage in ("embed", "score"):
        run = pipeline.run_stage(workspace, recipe, stage)
    counts = workspace.last_run("embed").counts
    assert run.counts["compared"] == counts["vectors"]
    return counts, workspace.read("scores", columns=["thread_id", "similarity"])


def test_threads_passed_over_have_no_similarity(workspace):
    before, every = similarities(workspace, recipe_of(0))
    counts, scored = similarities(workspace, recipe_of(0.25))
    assert "passed_over" not in before
    assert counts["looked_at"] == before["vectors"]
    assert counts["vectors"] == -(-before["vectors"] // 4)
    assert counts["passed_over"] == before["vectors"] - counts["vectors"]
    # With the same engine twice, the cascade finds exactly what a full comparison finds.
    best = every.sort("similarity", descending=True, nulls_last=True).head(counts["vectors"])
    with_similarity = scored.drop_nulls("similarity")
    assert with_similarity["similarity"].sort().to_list() == pytest.approx(
        best["similarity"].sort().to_list(), abs=1e-5
    )
    assert scored.height == every.height


def test_other_instructions_make_the_vectors_of_a_cascade_stale(workspace, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("how do I cook rice\nwhat is a good film\n")

    def is_stale(recipe):
        selected = {state.stage.name: state for state in pipeline.states(workspace, recipe)}
        return not selected["embed"].is_fresh

    for recipe in (recipe_of(0.25, path), recipe_of(0, path)):
        pipeline.run_stage(workspace, recipe, "embed")
        assert not is_stale(recipe)
        path.write_text("how do I cook pasta\n" + path.read_text())
        assert is_stale(recipe) == bool(recipe.embed.cascade)
    assert is_stale(recipe_of(0.25))
    assert not is_stale(recipe_of(0))
