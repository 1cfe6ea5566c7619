"""Tabs by keyboard, and in the address of the page."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.support import browser as browsers
from tests.support import fakes
from workbench.dashboard.components.tabs import Tabs


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return fakes.workspace(tmp_path_factory.mktemp("tabs") / "ws", threads=60)


site = browsers.site("thread_statistics.py")
ready = partial(browsers.open_page, until=["[data-testid=threads]"])


def test_the_first_tab_is_open_unless_another_is_named():
    assert Tabs(["a", "b"], parameter="").value == "a"
    assert Tabs(["a", "b"], value="b", parameter="").value == "b"
    assert Tabs(["a", "b"], value="c", parameter="").value == "a"


def test_only_tabs_can_be_chosen():
    tabs = Tabs(["a", "b"], parameter="")
    tabs.widget.chosen = "b"
    assert tabs.value == "b"
    tabs.widget.chosen = "<script>"
    assert tabs.value == "b"


def is_open(shown, name):
    expect(shown.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    expect(shown.get_by_role("tab", name=name)).to_be_focused()


@pytest.mark.browser
def test_keys_move_between_tabs_and_one_tab_press_leaves_them(site, chromium):
    shown, _ = ready(chromium, site)
    shown.get_by_role("tab", name="Charts").focus()
    for key, name in {
        "ArrowRight": "Coverage",
        "End": "Roles",
        "ArrowLeft": "Coverage",
        "Home": "Charts",
    }.items():
        shown.keyboard.press(key)
        is_open(shown, name)
    shown.keyboard.press("ArrowLeft")
    is_open(shown, "Roles")
    button = shown.get_by_role("button", name="Count each policy")
    button.wait_for()
    shown.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(shown.get_by_role("tab", name="Roles")).to_have_attribute("aria-selected", "true")
    shown.keyboard.press("Shift+Tab")
    is_open(shown, "Roles")
    assert shown.get_by_role("tab").and_(shown.locator("[tabindex='0']")).count() == 1
    shown.close()


@pytest.mark.browser
def test_a_copied_address_opens_the_tab(site, chromium):
    shown, _ = ready(chromium, site)
    shown.get_by_role("tab", name="Coverage").click()
    shown.wait_for_url("**tab=Coverage*")
    address = shown.url
    shown.close()
    shown, _ = browsers.open_page(chromium, address)
    expect(shown.get_by_role("tab", name="Coverage")).to_have_attribute("aria-selected", "true")
    shown.close()
