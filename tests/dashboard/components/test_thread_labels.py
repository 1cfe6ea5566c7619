"""Labels of the opening tweet of the thread that is open."""

import polars as pl

from workbench import labels
from workbench.dashboard.components.thread_labels import ThreadLabels


def of_first(own, *, labeller=""):
    turn = own.turns(own.scores["thread_id"][0]).row(0, named=True)
    return ThreadLabels(own.workspace, turn, labeller=labeller)


def test_a_label_needs_a_name_and_is_written_at_once(own):
    shown = of_first(own)
    assert shown.press("fits")["mine"] == ""
    assert labels.load(own.workspace).is_empty()
    assert shown.name("  ann\n")["name"] == "ann"
    state = shown.press("fits")
    assert (state["mine"], state["note"]) == ("fits", "Saved: “fits”.")
    row = labels.load(own.workspace).row(0, named=True)
    assert (row["labeller"], row["label"], row["is_random"]) == ("ann", "fits", False)
    assert row["thread_id"] == own.scores["thread_id"][0]


def test_labels_of_all_people_are_shown_and_only_mine_is_taken_back(own):
    of_first(own, labeller="ann").press("fits")
    shown = of_first(own, labeller="ben")
    assert shown.press("no")["known"] == "Labelled ann: fits, ben: no"
    state = shown.press("undo")
    assert (state["mine"], state["known"]) == ("", "Labelled ann: fits")
    assert "have not labelled" in shown.press("undo")["note"]


def test_a_label_of_the_browser_may_be_anything(own):
    shown = of_first(own, labeller="ann")
    for action in ("answers", None, {"a": 1}, ["fits"]):
        assert shown.press(action)["mine"] == ""
    assert shown.name({"a": 1})["name"] == ""


def test_an_error_becomes_the_note(own, monkeypatch):
    def refuse(*_, **__):
        msg = "no space"
        raise OSError(msg)

    monkeypatch.setattr(labels, "add", refuse)
    state = of_first(own, labeller="ann").press("fits")
    assert state["is_wrong"]
    assert "no space" in state["note"]
    assert isinstance(labels.load(own.workspace), pl.DataFrame)
