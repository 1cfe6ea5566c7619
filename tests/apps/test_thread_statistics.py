"""The statistics, run without a browser and in one."""

import json
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import polars as pl
import pytest

import thread_statistics as page
from tests.support import browser as browsers
from tests.support import fakes
from workbench.dashboard.session.scores_session import ScoresSession


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return fakes.workspace(tmp_path_factory.mktemp("statistics") / "ws", threads=400)


site = browsers.site("thread_statistics.py")
ready = partial(browsers.open_page, until=["[data-testid=threads]"])


def count(shown):
    return int((shown.get_by_test_id("threads").text_content() or "").replace(",", ""))


def until(shown, expected):
    shown.get_by_test_id("threads").filter(has_text=f"{expected:,}").wait_for()
    assert count(shown) == expected


def drag(shown, name, start, end):
    """Brush over a chart from one share of its width to another."""
    plot = shown.get_by_role("group", name=name, exact=True).locator(".wb-cf-plot")
    box = plot.bounding_box()
    shown.mouse.move(box["x"] + box["width"] * start, box["y"] + 50)
    shown.mouse.down()
    shown.mouse.move(box["x"] + box["width"] * end, box["y"] + 50, steps=6)
    shown.mouse.up()


def open_tab(shown, name):
    shown.get_by_role("tab", name=name).click()


def test_app_counts_all_threads_at_first(workspace):
    data = ScoresSession(workspace, workspace.read("scores"))
    _, defs = page.app.run(defs={"data": data})
    assert defs["bins"] == {}
    assert defs["charted"].widget.now["found"] == 400


def test_app_lists_only_chosen_threads(workspace):
    class Threads:
        value = "Threads"

    data = ScoresSession(workspace, workspace.read("scores"))
    _, defs = page.app.run(defs={"data": data, "bins": {"turns": [0]}, "tabs": Threads()})
    assert defs["rows"].height == 50
    assert set(defs["rows"]["turns"]) == {2}


@pytest.mark.browser
def test_brush_and_click_restrict_all_other_charts(site, chromium, workspace):
    scores = workspace.read("scores")
    shown, abroad = ready(chromium, site)
    assert count(shown) == 400
    most = scores["turns"].max() - 1
    drag(shown, "Turns", 1.5 / most, 2.5 / most)
    some = scores.filter(pl.col("turns").is_between(3, 4))
    until(shown, some.height)
    shown.get_by_role("group", name="Language").get_by_role("button", name="ja").click()
    both = some.filter(pl.col("language") == "ja")
    until(shown, both.height)
    depths = both["depth"].value_counts().sort("depth").row(0)
    plot = shown.get_by_role("group", name="Depth").locator(".wb-cf-plot")
    plot.hover(position={"x": 3, "y": 50})
    shown.get_by_text(f"{depths[0]}: {depths[1]}").wait_for()
    language = shown.get_by_role("group", name="Language").get_by_role("button", name="en")
    english = some.filter(pl.col("language") == "en").height
    assert f"{english:,}" in (language.text_content() or "")
    shown.wait_for_function("location.search.includes('chosen')")
    asked = json.loads(parse_qs(urlsplit(shown.url).query)["chosen"][0])
    assert asked["turns"] == [1, 2]
    shown.reload()
    until(shown, both.height)
    shown.get_by_role("button", name="Turns: 3 to 4").click()
    until(shown, scores.filter(pl.col("language") == "ja").height)
    shown.get_by_role("button", name="clear all").click()
    until(shown, 400)
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_keys_choose_a_range_too(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    handle = shown.get_by_role("slider", name="Depth, from")
    handle.focus()
    handle.press("ArrowRight")
    until(shown, workspace.read("scores").filter(pl.col("depth") >= 2).height)
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_views_fit_a_small_screen(site, chromium, scheme, workspace):
    shown, abroad = ready(chromium, site, scheme=scheme)
    for name, view in {
        "Threads": ".wb-thread",
        "Save a picture": "canvas, svg.marks",
        "Coverage": ".wb-trouble",
        "Roles": "text=Count each policy",
    }.items():
        open_tab(shown, name)
        shown.locator(view).first.wait_for()
        assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
        assert shown.get_by_text("Traceback").count() == 0
    shown.get_by_role("button", name="Count each policy").click()
    shown.get_by_test_id("roles").get_by_text("first reply").wait_for()
    strays = workspace.read("threads")["not_placed"].sum()
    shown.get_by_test_id("not-placed").filter(has_text=f" {strays:,} turns").wait_for()
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_picture_of_a_chart_is_saved(site, chromium):
    shown, _ = ready(chromium, f"{site}/?chosen={quote(json.dumps({'turns': [0]}))}")
    open_tab(shown, "Save a picture")
    with shown.expect_download() as download:
        shown.get_by_role("link", name="Save as SVG").or_(
            shown.get_by_role("button", name="Save as SVG")
        ).first.click()
    assert download.value.suggested_filename == "turns.svg"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "Turns: 2" in text
    shown.close()


@pytest.mark.browser
def test_hostile_names_stay_texts(tmp_path, chromium):
    made = fakes.workspace(tmp_path / "ws", threads=60, hostile=True)
    wild = pl.Series("language", [fakes.HOSTILE[row % len(fakes.HOSTILE)] for row in range(60)])
    made.write("scores", made.read("scores").with_columns(wild))
    with browsers.serving("thread_statistics.py", workspace=made.root) as address:
        junk = quote('{"turns":["<img src=x onerror=window.pwned=1>"],"__proto__":[1]}')
        shown, abroad = ready(chromium, f"{address}/?chosen={junk}")
        assert count(shown) == 60
        for name in ["Language", "Hashtags"]:
            row = shown.get_by_role("group", name=name).get_by_role("button").first
            row.hover()
            row.click()
        shown.get_by_role("button", name="Hashtags:").wait_for()
        for name, view in {"Threads": ".wb-thread", "Save a picture": "canvas, svg.marks"}.items():
            open_tab(shown, name)
            shown.locator(view).first.wait_for()
        shown.locator("canvas, svg.marks").first.evaluate("plot => plot.dataset.old = 1")
        shown.get_by_role("combobox", name="Chart").select_option("Hashtags")
        shown.locator("canvas:not([data-old]), svg.marks:not([data-old])").first.wait_for()
        browsers.assert_harmless(shown, abroad)
        shown.close()
