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
from workbench.dashboard.statistics.crossfilter import View


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
    plot = chart(shown, name).locator(".wb-cf-plot")
    box = plot.bounding_box()
    shown.mouse.move(box["x"] + box["width"] * start, box["y"] + 50)
    shown.mouse.down()
    shown.mouse.move(box["x"] + box["width"] * end, box["y"] + 50, steps=6)
    shown.mouse.up()


def open_tab(shown, name):
    shown.get_by_role("tab", name=name).click()


def chart(shown, name):
    return shown.get_by_role("group", name=name, exact=True)


def save(shown, name, kind):
    """Save a chart and return the text of the file."""
    chart(shown, name).get_by_role("button", name=f"Save {name}", exact=True).click()
    with shown.expect_download() as download:
        chart(shown, name).get_by_role("button", name=f"Save {name} as {kind}").click()
    assert download.value.suggested_filename.endswith(f".{kind.lower()}")
    return Path(download.value.path()).read_bytes()


def test_app_counts_all_threads_at_first(workspace):
    data = ScoresSession(workspace, workspace.read("scores"))
    _, defs = page.app.run(defs={"data": data})
    assert defs["get_view"]().bins == {}
    assert defs["charts"].now["found"] == 400


def test_app_lists_only_chosen_threads(workspace):
    data = ScoresSession(workspace, workspace.read("scores"))
    view = View({"turns": [0]}, is_open=True)
    _, defs = page.app.run(defs={"data": data, "get_view": lambda: view, "charts": None})
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
    chart(shown, "Language").get_by_role("button", name="ja").click()
    both = some.filter(pl.col("language") == "ja")
    until(shown, both.height)
    depths = both["depth"].value_counts().sort("depth").row(0)
    plot = chart(shown, "Depth").locator(".wb-cf-plot")
    plot.hover(position={"x": 3, "y": 50})
    shown.get_by_text(f"{depths[0]}: {depths[1]}").wait_for()
    language = chart(shown, "Language").get_by_role("button", name="en")
    english = some.filter(pl.col("language") == "en").height
    assert f"{english:,}" in (language.text_content() or "")
    shown.wait_for_function("location.search.includes('language')")
    asked = json.loads(parse_qs(urlsplit(shown.url).query)["chosen"][0])
    assert asked["turns"] == [[1, 2]]
    shown.reload()
    until(shown, both.height)
    shown.get_by_role("button", name="Remove Turns: 3 to 4").click()
    until(shown, scores.filter(pl.col("language") == "ja").height)
    shown.get_by_role("button", name="clear all").click()
    until(shown, 400)
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_keys_choose_a_range_and_escape_removes_it(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    handle = shown.get_by_role("slider", name="Depth, from")
    handle.focus()
    handle.press("ArrowRight")
    until(shown, workspace.read("scores").filter(pl.col("depth") >= 2).height)
    shown.get_by_role("button", name="Remove Depth: 2 or more").wait_for()
    handle.press("Escape")
    until(shown, 400)
    shown.close()


@pytest.mark.browser
def test_a_drag_to_the_edge_means_no_bound(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    most = workspace.read("scores")["turns"].max() - 1
    drag(shown, "Turns", 4.5 / most, 1.5)
    shown.get_by_role("button", name="Remove Turns: 6 or more").wait_for()
    drag(shown, "Turns", 4.5 / most, -0.5)
    shown.get_by_role("button", name="Remove Turns: up to 6").wait_for()
    drag(shown, "Turns", 0.001, 1.5)
    until(shown, 400)
    shown.close()


@pytest.mark.browser
def test_counts_have_a_logarithmic_scale_on_request(site, chromium):
    shown, _ = ready(chromium, site)
    bar = chart(shown, "Turns").locator("rect").nth(3)
    before = float(bar.get_attribute("height"))
    shown.get_by_role("radio", name="log").check(force=True)
    assert float(bar.get_attribute("height")) > before
    shown.wait_for_function("location.search.includes('scale=log')")
    shown.reload()
    shown.get_by_test_id("threads").wait_for()
    assert shown.get_by_role("radio", name="log").is_checked()
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_views_fit_a_small_screen(site, chromium, scheme, workspace):
    shown, abroad = ready(chromium, site, scheme=scheme)
    for width in (1280, 900):
        shown.set_viewport_size({"width": width, "height": 720})
        for name, view in {
            "Coverage": ".wb-trouble",
            "Roles": "text=Count each policy",
            "Charts": "[data-testid=threads]",
        }.items():
            open_tab(shown, name)
            shown.locator(view).first.wait_for()
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            assert shown.get_by_text("Traceback").count() == 0
    open_tab(shown, "Roles")
    shown.get_by_role("button", name="Count each policy").click()
    shown.get_by_test_id("roles").get_by_text("first reply").wait_for()
    strays = workspace.read("threads")["not_placed"].sum()
    shown.get_by_test_id("not-placed").filter(has_text=f" {strays:,} turns").wait_for()
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_the_list_shows_the_chosen_threads_and_opens_one(site, chromium, workspace):
    shown, _ = ready(chromium, f"{site}/?chosen={quote(json.dumps({'turns': [0]}))}")
    count = workspace.read("scores").filter(turns=2).height
    shown.get_by_role("button", name="List these threads").click()
    panel = shown.get_by_role("complementary", name="Selected threads")
    panel.get_by_text(f"{count} of 400 threads; Turns: 2").wait_for()
    link = panel.get_by_role("link", name="Open in Read")
    assert "file=read_threads.py&thread=" in link.get_attribute("href")
    chart(shown, "Depth").locator(".wb-cf-plot").wait_for()
    shown.get_by_role("button", name="Remove Turns: 2").click()
    panel.get_by_text("all 400 threads").wait_for()
    panel.get_by_role("button", name="Close").click()
    panel.wait_for(state="detached")
    shown.get_by_role("button", name="List these threads").wait_for()
    shown.close()


@pytest.mark.browser
def test_files_of_a_chart_hold_what_their_caption_says(site, chromium, workspace):
    shown, _ = ready(chromium, f"{site}/?chosen={quote(json.dumps({'turns': [[1, 3]]}))}")
    count = workspace.read("scores").filter(pl.col("turns").is_between(3, 5)).height
    until(shown, count)
    picture = save(shown, "Turns", "SVG").decode()
    assert picture.startswith("<svg")
    assert f"{count} of 400 threads; Turns: 3 to 5" in picture
    assert save(shown, "Turns", "PNG").startswith(b"\x89PNG")
    rows = pl.read_csv(save(shown, "Turns", "CSV"))
    assert rows["Turns"].to_list() == [3, 4, 5]
    assert rows["threads"].sum() == count
    assert rows["caption"].unique().to_list() == [f"{count} of 400 threads; Turns: 3 to 5"]
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
            row = chart(shown, name).locator(".wb-cf-row").first
            row.hover()
            row.click()
        shown.get_by_role("button", name="Remove Hashtags:").wait_for()
        shown.get_by_role("button", name="List these threads").click()
        shown.locator(".wb-drawer .wb-thread").wait_for()
        assert b"<img" not in save(shown, "Hashtags", "SVG")
        browsers.assert_harmless(shown, abroad)
        shown.close()
