"""Entries in the history of the browser, and what Back and Forward show."""

from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support import browser as browsers
from tests.support import fakes


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return fakes.workspace(tmp_path_factory.mktemp("address") / "ws", threads=60)


site = browsers.site("")
ready = partial(browsers.open_page, until=["[data-testid=listed]", ".wb-view"])


def entries(shown):
    return shown.evaluate("history.length")


def address_of(shown):
    """Read the values of the address once it names a thread that the page shows."""
    shown.wait_for_function("new URLSearchParams(location.search).has('thread')")
    values = parse_qs(urlsplit(shown.url).query)
    shown.get_by_test_id(f"thread-{values['thread'][0]}").wait_for()
    return {name: texts[0] for name, texts in values.items()}


def choose_thread(shown, row):
    """Choose a row of the list and wait until the page shows another thread."""
    before = address_of(shown)["thread"]
    browsers.threads(shown).nth(row).click()
    shown.wait_for_function("id => !location.search.includes('thread=' + id)", arg=before)
    return address_of(shown)["thread"]


@pytest.mark.browser
def test_opening_and_filtering_make_no_entries(site, chromium):
    shown, _ = ready(chromium, f"{site}/?file=read_threads.py")
    address_of(shown)
    first = entries(shown)
    assert first == 2  # of the empty tab and of the page
    shown.get_by_role("combobox", name="Order").select_option("Most turns first")
    shown.wait_for_function("location.search.includes('Most+turns')")
    assert entries(shown) == first
    assert "history" not in address_of(shown)
    shown.go_back()
    assert shown.url == "about:blank"
    shown.close()


@pytest.mark.browser
def test_back_and_forward_return_to_chosen_threads_without_loading_the_page(site, chromium):
    shown, _ = ready(chromium, f"{site}/?file=read_threads.py")
    first = address_of(shown)["thread"]
    before = entries(shown)
    second = choose_thread(shown, 1)
    third = choose_thread(shown, 2)
    assert len({first, second, third}) == 3
    assert entries(shown) == before + 2
    shown.evaluate("window.isSamePage = true")
    for go, thread in [
        (shown.go_back, second),
        (shown.go_back, first),
        (shown.go_forward, second),
    ]:
        go()
        shown.get_by_test_id(f"thread-{thread}").wait_for()
        assert address_of(shown)["thread"] == thread
    assert shown.evaluate("window.isSamePage")
    assert "history" not in address_of(shown)
    shown.close()


@pytest.mark.browser
def test_back_loads_a_page_that_does_not_follow_by_itself(site, chromium):
    shown, _ = browsers.open_page(chromium, f"{site}/?file=thread_statistics.py")
    shown.get_by_test_id("threads").wait_for()
    shown.evaluate("history.pushState({}, '', '?file=thread_statistics.py&history=push&tab=Roles')")
    assert shown.url.endswith("&tab=Roles")
    shown.evaluate("window.isSamePage = true")
    shown.go_back()
    shown.wait_for_function("!window.isSamePage")
    shown.get_by_test_id("threads").wait_for()
    shown.close()
