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


def stand_in(value):
    """Stand in for the tabs of the page."""
    return SimpleNamespace(value=value)


def test_app_keeps_what_the_default_recipe_keeps(data):
    _, defs = page.app.run(defs={"data": data})
    expected = selection.from_scores(data.scores, settings=Recipe().select)
    assert defs["verdicts"]["kept"].to_list() == expected["kept"].to_list()
    assert defs["recipe"].select == Recipe().select


def test_app_starts_from_the_recipe_of_the_workspace(data):
    recipe = Recipe.from_toml("[select.turns]\nmin = 4\n[select.language]\nany_of = ['ja']")
    data.workspace.write_text("recipe.toml", recipe.to_toml())
    _, defs = page.app.run(defs={"data": data})
    assert defs["recipe"] == recipe


def test_app_starts_with_defaults_if_the_recipe_is_damaged(data):
    data.workspace.write_text("recipe.toml", "[select.turns]\nmin = 'many'")
    _, defs = page.app.run(defs={"data": data})
    assert "turns.min" in defs["editor"].bar.now["note"]
    assert defs["recipe"] == Recipe()


def test_app_compares_with_the_recipe_of_the_workspace(data):
    recipe = Recipe.from_toml("[select.turns]\nmin = 4")
    data.workspace.write_text("recipes/mine.toml", recipe.to_toml())
    _, defs = page.app.run(defs={"data": data, "tabs": stand_in("Compare")})
    assert "saved: mine" in defs["other"].options
    assert defs["there"].recipe == Recipe()
    assert defs["changes"].height == 0


def test_labels_show_the_precision_of_a_threshold(data):
    def shown():
        replaced = {
            "data": data,
            "tabs": stand_in("Charts"),
            "chart": stand_in("suitability"),
        }
        outputs, _ = page.app.run(defs={**page.choose.run(data=data)[1], **replaced})
        return "".join(str(getattr(output, "text", "")) for output in outputs)

    assert "label 20 more" in shown()
    some = data.scores.drop_nulls("suitability").head(30)
    rows = some.select(tweet_id="root_id", text=pl.lit("x"), label=pl.lit("fits"))
    labels.add(data.workspace, rows, labeller="me")
    assert "labelled threads fit: 100%" in shown()


def test_app_without_scores_says_what_to_do(tmp_path, monkeypatch, data):
    data.workspace.path("scores").unlink()
    root = data.workspace.root.rename(tmp_path / "a`<img src=x>`b")
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(root))
    outputs, _ = page.app.run()
    widgets = [each.widget for each in outputs if isinstance(each, mo.ui.anywidget)]
    (panel,) = (each for each in widgets if isinstance(each, GettingStarted))
    assert "a`<img src=x>`b has no scored threads" in panel.problem  # shown as text


def rule(shown, title):
    """Find the card of a rule."""
    return shown.get_by_role("group", name=title, exact=True)


def asked(shown):
    """Return the rules in the address."""
    query = parse_qs(urlsplit(shown.url).query)
    return json.loads(query.get("recipe", ["{}"])[0]).get("select", {})


def wait_for_address(shown, text, *, is_there=True):
    shown.wait_for_function(
        "([text, isThere]) => location.search.includes(text) === isThere", arg=[text, is_there]
    )


@pytest.mark.browser
def test_keys_move_a_threshold_and_the_address_keeps_it(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    handle = browsers.thumb(shown, "Suitable request", 0)
    handle.press("PageUp")
    after = changes_from(shown, before)
    assert after < before
    wait_for_address(shown, "suitability")
    assert asked(shown)["suitability"]["min"] == 0.28
    assert handle.get_attribute("aria-valuetext") == "0.28 probability"
    shown.reload()
    shown.get_by_test_id("kept").wait_for()
    assert count(shown) == after
    handle = browsers.thumb(shown, "Suitable request", 0)
    handle.press("Home")
    more = changes_from(shown, after)
    assert more > before
    assert handle.get_attribute("aria-valuetext") == "no minimum"
    shown.close()


@pytest.mark.browser
def test_every_control_is_named_with_its_rule(site, chromium):
    wide = {"hashtags": {"any_of": ["help"]}, "pattern": {"match": "how"}, "likes": {"min": 1}}
    shown, _ = ready(chromium, f"{site}/?recipe={quote(json.dumps({'select': wide}))}")
    for title in ["Hashtags", "Pattern", "Likes", "Turns"]:
        card = rule(shown, title)
        card.wait_for()
        for role in ["textbox", "combobox", "slider", "checkbox", "button"]:
            for control in card.get_by_role(role).all():
                name = control.evaluate("e => e.ariaLabel ?? ''")
                assert title in name
                assert "<" not in name
    handle = rule(shown, "Turns").get_by_role("slider", name="Turns: minimum")
    handle.press("Shift")
    assert handle.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    shown.close()


def drag(shown, title, side, to, *, is_dropped=True):
    """Drag a threshold to a share of the width of its histogram."""
    handle = browsers.thumb(shown, title, side)
    handle.scroll_into_view_if_needed()
    plot = handle.locator("xpath=..").bounding_box()
    box = handle.bounding_box()
    shown.mouse.move(box["x"] + box["width"] / 2, plot["y"] + plot["height"] / 2)
    shown.mouse.down()
    shown.mouse.move(plot["x"] + plot["width"] * to, plot["y"] + 5, steps=4)
    if is_dropped:
        shown.mouse.up()


@pytest.mark.browser
def test_a_drag_counts_at_once_and_a_drag_to_the_edge_means_no_bound(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    drag(shown, "Suitable request", 0, 0.8, is_dropped=False)
    changes_from(shown, before)
    assert asked(shown) == {}
    shown.mouse.up()
    wait_for_address(shown, "suitability")
    low = asked(shown)["suitability"]["min"]
    assert rule(shown, "Suitable request").get_by_role(
        "textbox", name="Suitable request: minimum"
    ).input_value() == str(low)
    drag(shown, "Suitable request", 0, 0.0)
    browsers.thumb(shown, "Suitable request", 0).and_(
        shown.locator("[aria-valuetext='no minimum']")
    ).wait_for()
    browsers.wait_until(shown, lambda: asked(shown)["suitability"] == {})
    browsers.wait_until(shown, lambda: count(shown) > before)
    shown.close()


@pytest.mark.browser
def test_rules_are_added_and_removed_with_the_keyboard(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    assert rule(shown, "Complete").count() == 0
    shown.get_by_text("Add a rule").press("Enter")
    offer = shown.get_by_role("button", name="Complete")
    assert "A fragment lacks turns" in offer.inner_text()
    offer.press("Enter")
    after = changes_from(shown, before)
    assert after < before
    remove = rule(shown, "Complete").get_by_role("button", name="Remove the rule Complete")
    expect(remove).to_be_focused()
    remove.press("Enter")
    assert changes_from(shown, after) == before
    rule(shown, "Complete").wait_for(state="detached")
    shown.get_by_text("Add a rule").press("Enter")
    shown.get_by_role("button", name="Likes").press("Enter")
    expect(rule(shown, "Likes").get_by_role("slider", name="Likes: minimum")).to_be_focused()
    field = rule(shown, "Likes").get_by_role("textbox", name="Likes: minimum, number")
    field.fill("1,000")
    field.press("Enter")
    rule(shown, "Likes").get_by_role("checkbox", name="Likes: keep").uncheck()
    wait_for_address(shown, "remove")
    assert asked(shown)["likes"] == {"min": 1000, "unknown": "remove"}
    field.fill("many")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    shown.close()


@pytest.mark.browser
def test_words_and_languages_are_chips(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    card = rule(shown, "Language")
    field = card.get_by_role("combobox", name="Language: one of")
    field.fill("ja")
    field.press("Enter")
    more = changes_from(shown, before)
    assert more > before
    card.get_by_role("button", name="Language: one of: remove ja").click()
    assert changes_from(shown, more) == before
    field.fill("<img src=x>")
    field.press("Enter")
    card.get_by_role("alert").wait_for()
    assert "is not a language code" in card.get_by_role("alert").inner_text()
    assert count(shown) == before
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
    for name in ["Threads", "Charts", "Compare", "Export"]:
        open_tab(shown, name)
        views = {"Charts": "canvas, svg.marks", "Compare": ".wb-columns", "Export": ".wb-record"}
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
    shown.get_by_test_id("obstacle").filter(has_text="cannot be the name of an export").wait_for()
    assert write_button(shown).get_attribute("aria-disabled") == "true"
    shown.get_by_role("button", name="Use pack-1").click()
    expect(write_button(shown)).to_have_attribute("aria-disabled", "false")
    card = shown.get_by_role("group", name="prompt_completion")
    card.get_by_role("checkbox").check()
    wait_for_address(shown, "prompt_completion")
    assert '"completion"' in card.locator("pre").inner_text()
    card.get_by_role("checkbox").uncheck()
    wait_for_address(shown, "prompt_completion", is_there=False)
    name.fill("first")
    shown.get_by_role("button", name="Write the export").click()
    shown.get_by_test_id("written").wait_for()
    assert jobs.last(workspace).status == "done"
    manifest = Manifest.load(workspace.exports_path / "first")
    assert manifest.threads_kept == kept
    with shown.expect_download() as download:
        shown.get_by_role("link", name="Download messages.jsonl", exact=True).click()
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
    counted = shown.get_by_test_id(name)
    expect(counted).not_to_have_text(f"{before:,}", timeout=browsers.PATIENCE * 1000)
    return count(shown, name)


def write_button(shown):
    return shown.get_by_role("button", name="Write the export")


def press(shown, name):
    shown.get_by_role("button", name=name, exact=True).filter(visible=True).first.click()


@pytest.mark.browser
def test_undo_and_redo_bring_the_counts_and_the_address_back(site, chromium):
    shown, _ = ready(chromium, site)
    first = count(shown)
    browsers.thumb(shown, "Suitable request", 0).press("PageUp")
    second = changes_from(shown, first)
    rule(shown, "Answer").get_by_role("button", name="Remove the rule Answer").click()
    third = changes_from(shown, second)
    press(shown, "Undo")
    assert changes_from(shown, third) == second
    rule(shown, "Answer").wait_for()
    press(shown, "Undo")
    assert changes_from(shown, second) == first
    wait_for_address(shown, "suitability", is_there=False)
    press(shown, "Redo")
    assert changes_from(shown, first) == second
    wait_for_address(shown, "suitability")
    shown.close()


@pytest.mark.browser
def test_recipes_are_saved_compared_and_opened_in_the_menu(site, chromium, workspace):
    strict = '{"select":{"turns":{"min":4}}}'
    shown, _ = ready(chromium, f"{site}/?recipe={quote(strict)}")
    few = count(shown)
    since = shown.get_by_test_id("since")
    since.filter(has_text="against the default rules").wait_for()
    press(shown, "Recipe")
    field = shown.get_by_role("textbox", name="Name of the recipe")
    for name, expected in [("../out", "cannot be the name of a recipe"), ("strict", "Saved as")]:
        field.fill(name)
        field.press("Enter")
        shown.get_by_text(expected).wait_for()
    assert Recipe.load(workspace.root / "recipes" / "strict.toml").select.turns.min == 4
    expect(since).to_be_empty()
    shown.get_by_role("button", name="Open default settings").click()
    most = changes_from(shown, few)
    shown.get_by_role("button", name="Compare with saved: strict").click()
    shown.get_by_text("select.turns.min").wait_for()
    assert count(shown, "here") == most
    assert count(shown, "there") == few
    assert count(shown, "enters") == most - few
    assert count(shown, "leaves") == 0
    shown.get_by_text("Kept by one recipe").wait_for()
    shown.reload()
    since.filter(has_text=f"+{most - few} since saved").wait_for()
    shown.close()


@pytest.mark.browser
def test_recipe_files_are_opened_and_hostile_ones_are_refused(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    press(shown, "Recipe")
    files = {"hostile": b"[score]\ninstructions = '/etc/passwd'", "huge": b"#" * 2_000_000}
    for name, problem in [("hostile", "is not allowed"), ("huge", "too many")]:
        with shown.expect_file_chooser() as chooser:
            press(shown, "Open a file…")
        file = {"name": f"{name}.toml", "mimeType": "text/plain", "buffer": files[name]}
        chooser.value.set_files(file)
        shown.get_by_test_id("recipe-note").filter(has_text=problem).wait_for()
    assert count(shown) == before
    with shown.expect_download() as download:
        press(shown, "Download")
    text = Path(download.value.path()).read_text()
    assert Recipe.from_toml(text) == Recipe()
    with shown.expect_file_chooser() as chooser:
        press(shown, "Open a file…")
    strict = b"[select.turns]\nmin = 4"
    chooser.value.set_files({"name": "a.toml", "mimeType": "text/plain", "buffer": strict})
    assert changes_from(shown, before) < before
    shown.close()


@pytest.mark.browser
def test_wrong_pattern_is_reported_beside_its_control(site, chromium):
    shown, _ = ready(chromium, site)
    before = count(shown)
    shown.get_by_text("Add a rule").click()
    shown.get_by_role("button", name="Pattern").click()
    card = rule(shown, "Pattern")
    field = card.get_by_role("textbox", name="Pattern: must match")
    field.fill("how (")
    field.press("Tab")
    card.get_by_role("alert").wait_for()
    assert "unclosed group" in card.get_by_role("alert").inner_text()
    assert count(shown) == before
    field.fill("how do I bake")
    field.press("Tab")
    assert changes_from(shown, before) < before
    card.get_by_role("alert").wait_for(state="detached")
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
    open_tab(other, "Charts")
    other.locator("canvas, svg.marks").first.wait_for()
    assert count(other) == before
    undo = other.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_have_attribute("aria-disabled", "true")
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
        for row in range(8):
            browsers.threads(shown).nth(row).click()
            expect(browsers.threads(shown).nth(row)).to_have_attribute("aria-selected", "true")
        press(shown, "Recipe")
        shown.get_by_role("group", name="Recipes").get_by_text("window.pwned").wait_for()
        open_tab(shown, "Compare")
        shown.locator(".wb-columns").first.wait_for()
        open_tab(shown, "Export")
        shown.locator(".wb-record").first.wait_for()
        shown.get_by_text("Add a rule").click()
        shown.get_by_role("button", name="Hashtags").click()
        hashtags = rule(shown, "Hashtags")
        offered = hashtags.locator("datalist option[label*='window.pwned']")
        offered.first.wait_for(state="attached")
        browsers.assert_harmless(shown, abroad)
        shown.close()


def is_dark(colour):
    numbers = [
        float(part)
        for part in colour.replace("color(srgb", "").strip("rgba()").replace(",", " ").split()
    ]
    scale = 1 if colour.startswith("color") else 255
    return pl.Series(numbers[:3]).mean() / scale < 0.5
