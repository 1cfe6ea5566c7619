"""The list of threads, in Python and in a browser."""

import pytest
from playwright.sync_api import expect

from tests.support import browser as browsers
from tests.support import fakes
from workbench.dashboard.components.thread_list import ThreadList

APP = """
import marimo

app = marimo.App()

with app.setup:
    import marimo as mo

    from tests.dashboard.components.test_thread_list import EVIL, cards
    from workbench.dashboard.components.thread_list import ThreadList


@app.cell
def make():
    shown = ThreadList(cards(40), opened=3, name="Results", height="20rem", can_tick=True)
    mo.vstack([mo.ui.text(label="Elsewhere"), shown])
    return (shown,)


@app.cell
def say(shown):
    mo.Html(f"<p id=value>{shown.value.opened} {shown.value.ticked}</p>")
    return


@app.cell
def show_hostile():
    hostile = [card | {"text": [EVIL, EVIL], "facts": [EVIL]} for card in cards(2)]
    ThreadList(hostile, name="Hostile")
    return
"""

EVIL = fakes.HOSTILE[0]


def cards(count):
    return [
        {
            "id": str(number),
            "text": [f"Why is thread {number} ", "long", "? " + "word " * 30],
            "reply": ["", "long", " ago"] if number % 2 else [],
            "verdict": "Kept" if number % 3 else "Suitable request",
            "is_kept": bool(number % 3),
            "facts": ["12 turns", "4 people", "en"],
            "values": [("suitable", "0.180", "what it means")],
        }
        for number in range(1, count + 1)
    ]


def test_value_ignores_what_is_not_in_the_list():
    shown = ThreadList(cards(3), opened=99)
    assert shown.value.opened == 1
    shown.widget.opened = "<script>"
    shown.widget.ticked = ["2", "99", {"a": 1}]
    assert shown.value.opened is None
    assert shown.value.ticked == [2]


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    folder = tmp_path_factory.mktemp("list")
    (folder / "app.py").write_text(APP)
    workspace = fakes.workspace(folder / "ws", threads=3)
    with browsers.serving(str(folder / "app.py"), workspace=workspace.root) as address:
        shown, abroad = browsers.open_page(chromium, address, until=["#value"])
        shown.get_by_role("listbox", name="Results").wait_for()
        yield shown
        browsers.assert_harmless(shown, abroad)
        shown.close()


def row(page, number):
    return page.locator(f'[aria-label=Results] [data-thread="{number}"]')


@pytest.mark.browser
def test_click_anywhere_on_a_row_opens_its_thread(page):
    row(page, 2).click(position={"x": 200, "y": 8})
    expect(page.locator("#value")).to_have_text("2 []")
    expect(row(page, 2)).to_have_attribute("aria-selected", "true")
    row(page, 1).locator(".wb-list-facts").click()
    expect(page.locator("#value")).to_have_text("1 []")
    expect(row(page, 2)).to_have_attribute("aria-selected", "false")


@pytest.mark.browser
def test_keys_move_open_and_tick(page):
    row(page, 1).click()
    for key in ("j", "ArrowDown", "ArrowDown", "k"):
        page.keyboard.press(key)
    expect(row(page, 3)).to_be_focused()
    outline = row(page, 3).evaluate("row => getComputedStyle(row).outlineStyle")
    assert outline == "solid"
    expect(page.locator("#value")).to_have_text("1 []")
    page.keyboard.press("Enter")
    expect(page.locator("#value")).to_have_text("3 []")
    page.keyboard.press("Space")
    expect(page.locator("#value")).to_have_text("3 [3]")
    row(page, 5).locator(".wb-list-tick").click()
    expect(page.locator("#value")).to_have_text("3 [3, 5]")
    page.keyboard.press("End")
    expect(row(page, 40)).to_be_focused()
    expect(row(page, 40)).to_be_in_viewport()
    for _ in range(2):
        page.keyboard.press("j")
    expect(row(page, 40)).to_be_focused()
    page.keyboard.press("Home")
    expect(row(page, 1)).to_be_focused()


@pytest.mark.browser
def test_j_comes_to_the_list_from_elsewhere_but_not_while_typing(page):
    field = page.get_by_role("textbox", name="Elsewhere")
    field.press("j")
    expect(field).to_have_value("j")
    expect(field).to_be_focused()
    row(page, 1).click()
    field.focus()
    field.evaluate("field => field.blur()")
    page.keyboard.press("j")
    expect(row(page, 2)).to_be_focused()


@pytest.mark.browser
def test_rows_have_names_and_matches_are_marked(page):
    options = page.get_by_role("listbox", name="Results").get_by_role("option")
    expect(options).to_have_count(40)
    name = options.first.inner_text()
    assert "Why is thread 1 long?" in name
    assert "4 people" in name
    assert row(page, 1).locator("mark").all_inner_texts() == ["long", "long"]
    assert row(page, 2).locator("mark").all_inner_texts() == ["long"]


@pytest.mark.browser
def test_hostile_texts_stay_texts(page):
    hostile = page.get_by_role("listbox", name="Hostile")
    expect(hostile.get_by_text(EVIL[:20]).first).to_be_visible()
