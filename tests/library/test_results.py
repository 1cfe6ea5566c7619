"""The results of a search show themselves, and nothing that a tweet could forge."""

import polars as pl

from workbench.library.results import SearchResults, verdict


def test_results_show_similarity_verdict_and_text(hostile):
    results = hostile.search("pwned", mode="words")
    assert len(results) == results.frame.height > 0
    html = results._repr_html_()
    assert "<script" not in html
    assert "<img" not in html
    assert str(results.frame["thread_id"][0]) in html
    assert "by words" in repr(results)
    assert "\x00" not in repr(results)


def test_no_result_says_what_to_try(hostile):
    results = hostile.search("zebra", mode="words")
    assert repr(results).splitlines() == [
        "0 threads for “zebra”, by words",
        "Try fewer or other words, or another mode.",
    ]
    assert "<table>" not in results._repr_html_()


def test_notes_are_shown():
    rows = pl.DataFrame(schema={"thread_id": pl.Int64})
    shown = SearchResults(rows, "x", "words", ("The model cannot read “x”.",))
    assert "The model cannot read “x”." in repr(shown)
    assert "The model cannot read “x”." in shown._repr_html_()


def test_verdict_names_the_rule():
    assert verdict({"kept": True, "removed_by": None}) == "kept"
    assert verdict({"kept": False, "removed_by": "depth"}) == "Depth"
