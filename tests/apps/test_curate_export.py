"""The page Curate and export, run without a browser and in one."""

import json
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlsplit

import marimo as mo
import polars as pl
import pytest
from playwright.sync_api import expect

import curate_export as page
from tests.support import browser as browsers
from tests.support import fakes
from workbench import labels, selection
from workbench.dashboard.components.getting_started import GettingStarted
from workbench.dashboard.session import jobs
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.export.manifest import Manifest
from workbench.recipe import CATALOGUE, Recipe


@pytest.fixture
def data(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws")
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = fakes.workspace(tmp_path_factory.mktemp("browser") / "ws", threads=400)
    fakes.settle(made)
    return made


site = browsers.site("curate_export.py")
ready = partial(browsers.open_page, until=["[data-testid=kept]"])


def count(shown, name="kept"):
    return int((shown.get_by_test_id(name).text_content() or "").replace(",", ""))


def open_tab(shown, name):
    shown.get_by_role("tab", name=name).click()


def test_app_keeps_what_the_default_recipe_keeps(data):
    _, defs = page.app.run(defs={"data": data})
    expected = selection.from_scores(data.scores, settings=Recipe().select)
    assert defs["verdicts"]["kept"].to_list() == expected["kept"].to_list()
    assert defs["chosen"].select == Recipe().select


def test_app_starts_from_the_recipe_of_the_workspace(data):
    recipe = Recipe.from_toml("[select.turns]\nmin = 4\n[select.language]\nany_of = ['ja']")
    data.workspace.write_text("recipe.toml", recipe.to_toml())
    _, defs = page.app.run(defs={"data": data})
    assert defs["chosen"] == recipe


def test_app_starts_with_defaults_if_the_recipe_is_damaged(data):
    data.workspace.write_text("recipe.toml", "[select.turns]\nmin = 'many'")
    _, defs = page.app.run(defs={"data": data})
    assert "turns.min" in defs["complaint"]
    assert defs["chosen"] == Recipe()


def test_app_lists_only_removed_threads_under_removed(data):
    class Removed:
        value = "Removed"

    _, defs = page.app.run(defs={"data": data, "tabs": Removed()})
    assert defs["rows"]["removed_by"].null_count() == 0
    assert defs["rows"].height == 50


def test_app_compares_with_the_recipe_of_the_workspace(data):
    class Recipes:
        value = "Recipes"

    recipe = Recipe.from_toml("[select.turns]\nmin = 4")
    data.workspace.write_text("recipes/mine.toml", recipe.to_toml())
    _, defs = page.app.run(defs={"data": data, "tabs": Recipes()})
    assert "saved: mine" in defs["other"].options
    assert defs["there"].recipe == Recipe()
    assert defs["changes"].height == 0


def test_labels_show_the_precision_of_a_threshold(data):
    class Threshold:
        value = "Threshold"

    def shown():
        outputs, _ = page.app.run(defs={"data": data, "tabs": Threshold()})
        return "".join(str(getattr(output, "text", "")) for output in outputs)

    assert "label 20 more" in shown()
    some = data.scores.drop_nulls("suitability").head(30)
    rows = some.select(tweet_id="root_id", text=pl.lit("x"), label=pl.lit("fits"))
    labels.add(data.workspace, rows, labeller="me")
    assert "labelled threads fit: 100%" in shown()


@pytest.mark.parametrize(("named", "is_allowed"), [("/etc/passwd", False), ("mine.txt", True)])
def test_app_refuses_a_recipe_that_names_a_file_outside_the_roots(
    tmp_path, monkeypatch, data, named, is_allowed
):
    monkeypatch.chdir(tmp_path)
    recipe = Recipe.from_toml(f"[score]\ninstructions = '{named}'")
    _, made = page.choose.run()
    upload = SimpleNamespace(contents=lambda: recipe.to_toml().encode())
    tabs = SimpleNamespace(value="Recipes")
    _, defs = page.app.run(defs={**made, "data": data, "tabs": tabs, "other_file": upload})
    assert (defs["there"].recipe == recipe) == is_allowed
    assert ("is not allowed" in defs["there"].problem) != is_allowed


def test_app_without_scores_says_what_to_do(tmp_path, monkeypatch, data):
    data.workspace.path("scores").unlink()
    root = data.workspace.root.rename(tmp_path / "a`<img src=x>`b")
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(root))
    outputs, _ = page.app.run()
    widgets = [each.widget for each in outputs if isinstance(each, mo.ui.anywidget)]
    (panel,) = (each for each in widgets if isinstance(each, GettingStarted))
    assert "a`<img src=x>`b has no scored threads" in panel.problem  # shown as text


@pytest.mark.browser
def test_slider_changes_the_counts_and_the_address_keeps_it(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    handle = browsers.thumb(shown, "Suitable request", 0)
    handle.focus()
    handle.press("PageUp")
    shown.wait_for_function(
        "before => [...document.querySelectorAll('[data-testid=kept]')]"
        ".some(e => +e.textContent.replace(/,/g, '') < before)",
        arg=before,
    )
    after = count(shown)
    assert after < before
    shown.wait_for_function("location.search.includes('suitability')")
    asked = json.loads(parse_qs(urlsplit(shown.url).query)["recipe"][0])
    assert asked["select"]["suitability"]["min"] > 0.1
    shown.reload()
    shown.get_by_test_id("kept").wait_for()
    assert count(shown) == after
    shown.close()


@pytest.mark.browser
def test_damaged_address_is_reported_and_does_no_harm(site, chromium):
    shown, _ = ready(chromium, f"{site}/?recipe={quote('{<script>')}")
    shown.get_by_text("The recipe in this address is damaged").wait_for()
    assert count(shown) > 0
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_views_fit_a_small_screen(site, chromium, scheme):
    shown, abroad = ready(chromium, site, scheme=scheme)
    for name in ["Overview", "Threshold", "Kept", "Removed", "Borderline", "Recipes", "Export"]:
        open_tab(shown, name)
        charts = "canvas, svg.marks"
        views = {"Overview": charts, "Threshold": charts, "Export": ".wb-record"}
        views["Recipes"] = ".wb-columns"
        shown.locator(views.get(name, ".wb-thread")).first.wait_for()
        assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
        assert shown.get_by_text("Traceback").count() == 0
    background = shown.evaluate("getComputedStyle(document.querySelector('#App')).backgroundColor")
    assert is_dark(background) == (scheme == "dark")
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_choosing_a_row_shows_its_thread(site, chromium):
    shown, _ = ready(chromium, site)
    open_tab(shown, "Kept")
    shown.locator(".wb-thread").wait_for()
    before = shown.locator(".wb-thread").inner_text()
    opened = shown.locator(".wb-view").get_attribute("data-testid")
    browsers.threads(shown).nth(3).click()
    expect(shown.locator(".wb-view")).not_to_have_attribute("data-testid", opened)
    assert shown.locator(".wb-thread").inner_text() != before
    assert "UTC" in shown.locator(".wb-thread").inner_text()
    shown.close()


@pytest.mark.browser
def test_export_writes_a_pack_and_shows_where(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    kept = count(shown)
    open_tab(shown, "Export")
    name = shown.get_by_role("textbox", name="Name")
    name.fill("../outside")
    name.press("Tab")
    shown.get_by_role("button", name="Write the export").click()
    shown.get_by_text("cannot be the name of an export").wait_for()
    name.fill("first")
    name.press("Tab")
    shown.get_by_role("button", name="Write the export").click()
    shown.get_by_test_id("written").wait_for()
    assert jobs.last(workspace).status == "done"
    manifest = Manifest.load(workspace.exports_path / "first")
    assert manifest.threads_kept == kept
    with shown.expect_download() as download:
        shown.get_by_role("link", name="Download messages.jsonl").or_(
            shown.get_by_role("button", name="Download messages.jsonl")
        ).first.click()
    written = (workspace.exports_path / "first" / "messages.jsonl").read_bytes()
    assert Path(download.value.path()).read_bytes() == written
    shown.close()


@pytest.mark.browser
def test_live_counts_follow_the_lowest_answer_and_are_what_is_written(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    open_tab(shown, "Export")
    counts = shown.get_by_test_id("live-counts")
    counts.wait_for()
    before = counts.inner_text()
    shown.get_by_role("checkbox", name="Lowest answer of the rule").uncheck()
    lowest = shown.get_by_role("textbox", name="Own lowest answer")
    lowest.fill("0.9")
    lowest.press("Tab")
    counts.filter(has_text="answer with less than 0.9").wait_for()
    assert counts.inner_text() != before
    live = counts.locator("[data-format=messages]").inner_text()
    name = shown.get_by_role("textbox", name="Name")
    name.fill("strict")
    name.press("Tab")
    shown.get_by_role("button", name="Write the export").click()
    shown.get_by_test_id("written").filter(has_text="strict").wait_for()
    manifest = Manifest.load(workspace.exports_path / "strict")
    assert manifest.min_answer == 0.9
    records = {file.format: file.records for file in manifest.files}
    assert live == f"{records['messages']:,}"
    shown.close()


@pytest.mark.browser
def test_export_goes_on_while_the_page_is_closed(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    open_tab(shown, "Export")
    name = shown.get_by_role("textbox", name="Name")
    name.fill("closed")
    name.press("Tab")
    shown.get_by_role("button", name="Write the export").click()
    shown.get_by_test_id("job").filter(has_text="Writing the export closed").wait_for()
    shown.close()
    job = wait_for_job(workspace)
    assert job.status == "done", job.log()
    again, _ = ready(chromium, site)
    kept = count(again)
    assert Manifest.load(workspace.exports_path / "closed").threads_kept == kept
    open_tab(again, "Export")
    again.get_by_test_id("written").filter(has_text="closed").wait_for()
    again.close()


def wait_for_job(workspace):
    end = time.monotonic() + browsers.PATIENCE
    while (job := jobs.last(workspace)) and job.is_running and time.monotonic() < end:
        time.sleep(0.05)
    return job


def changes_from(shown, before, name="kept"):
    """Wait until a count changes, and return it."""
    shown.wait_for_function(
        "([name, before]) => [...document.querySelectorAll(`[data-testid=${name}]`)]"
        ".some(e => +e.textContent.replace(/,/g, '') !== before)",
        arg=[name, before],
    )
    return count(shown, name)


def press(shown, name):
    shown.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()


@pytest.mark.browser
def test_undo_and_redo_bring_the_counts_and_the_address_back(site, chromium):
    shown, _ = ready(chromium, site)
    first = count(shown)
    handle = browsers.thumb(shown, "Suitable request", 0)
    handle.focus()
    handle.press("PageUp")
    second = changes_from(shown, first)
    shown.get_by_role("group", name="Complete").get_by_role("switch").filter(visible=True).click()
    third = changes_from(shown, second)
    press(shown, "Undo")
    assert changes_from(shown, third) == second
    press(shown, "Undo")
    assert changes_from(shown, second) == first
    shown.wait_for_function("!location.search.includes('suitability')")
    press(shown, "Redo")
    assert changes_from(shown, first) == second
    shown.wait_for_function("location.search.includes('suitability')")
    undo = shown.get_by_role("button", name="Undo").filter(visible=True).first
    expect(undo).to_be_enabled(timeout=browsers.PATIENCE * 1000)
    shown.close()


def settled_box(shown, plot):
    """Wait until a plot no longer moves, and return its box."""
    box = None
    while (now := plot.bounding_box()) != box:
        box = now
        shown.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
        )
    return box


def settled_text(shown, button):
    """Wait until the text of a button has been the same for a second, and return it.

    A brush sends its bounds a moment after the mouse has moved, and again when it is released.
    """
    text, same = None, 0
    while same < 10:
        now = button.text_content()
        text, same = now, same + 1 if now == text else 0
        shown.evaluate("() => new Promise(done => setTimeout(done, 100))")
    return text


@pytest.mark.browser
def test_brush_on_the_histogram_sets_the_threshold(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    open_tab(shown, "Threshold")
    plot = shown.locator("marimo-vega canvas, marimo-vega svg.marks").first
    plot.wait_for()
    box = settled_box(shown, plot)
    y = box["y"] + box["height"] / 2
    shown.mouse.move(box["x"] + box["width"] * 0.5, y)
    shown.mouse.down()
    shown.mouse.move(box["x"] + box["width"] * 0.7, y, steps=5)
    shown.mouse.move(box["x"] + box["width"] * 0.8, y, steps=5)
    shown.mouse.up()
    use = shown.get_by_role("button", name="for this rule")
    use.wait_for()
    text = settled_text(shown, use)
    low, high = (float(part) for part in text.split() if part[0].isdigit())
    assert 0.3 < low < high < 0.95
    use.click()
    after = changes_from(shown, before)
    shown.wait_for_function("location.search.includes('suitability')")
    asked = json.loads(parse_qs(urlsplit(shown.url).query)["recipe"][0])["select"]["suitability"]
    assert (asked["min"], asked["max"]) == (low, high)
    shown.get_by_text(f"{low:g} to {high:g} probability").filter(visible=True).first.wait_for()
    press(shown, "Undo")
    assert changes_from(shown, after) == before
    shown.close()


@pytest.mark.browser
def test_saved_recipe_is_compared_with_and_used(site, chromium, workspace):
    strict = '{"select":{"turns":{"min":4}}}'
    shown, _ = ready(chromium, f"{site}/?recipe={quote(strict)}")
    few = count(shown)
    open_tab(shown, "Recipes")
    shown.get_by_test_id("leaves").wait_for()
    assert count(shown, "here") == few
    assert count(shown, "there") - count(shown, "leaves") == few
    assert count(shown, "enters") == 0
    shown.get_by_text("select.turns.min").wait_for()
    field = shown.get_by_role("textbox", name="Save as")
    for name, expected in [("../out", "cannot be the name of a recipe"), ("strict", "Saved as")]:
        field.fill(name)
        field.press("Tab")
        press(shown, "Save recipe")
        shown.get_by_text(expected).wait_for()
    assert Recipe.load(workspace.root / "recipes" / "strict.toml").select.turns.min == 4
    default = count(shown, "there")
    press(shown, "Use it")
    assert changes_from(shown, few) == default
    chooser = shown.get_by_role("combobox", name="Compare with").filter(visible=True)
    chooser.select_option("saved: strict")
    entering = changes_from(shown, 0, "enters")
    assert entering == default - few
    shown.get_by_text("Kept by one recipe").wait_for()
    shown.close()


@pytest.mark.browser
def test_wrong_pattern_is_reported_beside_its_control(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    card = shown.get_by_role("group", name="Pattern")
    field = card.get_by_role("textbox", name="must match").filter(visible=True)
    field.fill("how (")
    field.press("Tab")
    card.get_by_role("alert").filter(visible=True).wait_for()
    assert "unclosed group" in card.get_by_role("alert").first.inner_text()
    assert count(shown) == before
    field.fill("how do I bake")
    field.press("Tab")
    assert changes_from(shown, before) < before
    card.get_by_role("alert").filter(visible=True).wait_for(state="detached")
    shown.close()


@pytest.mark.browser
def test_counts_of_formats_come_before_the_export(site, chromium):
    shown, _ = ready(chromium, site)
    kept = count(shown)
    open_tab(shown, "Export")
    press(shown, "Count the records of each format")
    shown.get_by_test_id("estimate").wait_for()
    row = shown.locator(".wb-numbers tr").filter(has_text="oasst_messages")
    assert row.locator("td").count() == 10
    assert f"all {kept:,} kept threads" in shown.get_by_test_id("estimate").inner_text()
    shown.close()


@pytest.mark.browser
def test_two_people_have_their_own_recipe(site, chromium):
    mine, _ = ready(chromium, site)
    other, _ = ready(chromium, site)
    before = count(mine)
    handle = browsers.thumb(mine, "Suitable request", 0)
    handle.focus()
    handle.press("PageUp")
    assert changes_from(mine, before) < before
    # The server answers in order, so an answer to this page comes after any news from the other.
    open_tab(other, "Kept")
    other.locator(".wb-thread").wait_for()
    assert count(other) == before
    assert other.get_by_role("button", name="Undo").filter(visible=True).first.is_disabled()
    mine.close()
    other.close()


@pytest.mark.browser
def test_hostile_texts_stay_texts(tmp_path, chromium):
    made = fakes.workspace(tmp_path / "ws", threads=80, hostile=True)
    evil = "<img src=x onerror=window.pwned=9>\u202e"
    made.write_text(f"recipes/{evil}.toml", "")
    with browsers.serving("curate_export.py", workspace=made.root) as address:
        everything = {"select": {rule: {} for rule in CATALOGUE}}
        shown, abroad = ready(chromium, f"{address}/?recipe={quote(json.dumps(everything))}")
        assert count(shown) == 80
        shown.get_by_test_id("stale").get_by_role("link", name="Home").wait_for()
        open_tab(shown, "Kept")
        for row in range(8):
            browsers.threads(shown).nth(row).click()
            expect(browsers.threads(shown).nth(row)).to_have_attribute("aria-selected", "true")
        open_tab(shown, "Recipes")
        shown.locator(".wb-thread").wait_for()
        open_tab(shown, "Export")
        shown.locator(".wb-record").wait_for()
        hashtags = shown.get_by_role("group", name="Hashtags")
        hashtags.get_by_role("button", name="one of").filter(visible=True).first.click()
        shown.get_by_role("option").filter(has_text="window.pwned").first.wait_for()
        browsers.assert_harmless(shown, abroad)
        shown.close()


def is_dark(colour):
    numbers = [
        float(part)
        for part in colour.replace("color(srgb", "").strip("rgba()").replace(",", " ").split()
    ]
    scale = 1 if colour.startswith("color") else 255
    return pl.Series(numbers[:3]).mean() / scale < 0.5
