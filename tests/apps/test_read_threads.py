"""The app Read threads, with and without a browser."""

from functools import partial
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

import read_threads as page
from tests.support import browser as browsers
from tests.support import fakes
from workbench.dashboard.components.thread_filter import KINDS, WHOLES
from workbench.dashboard.session.scores_session import ScoresSession


class Choices:
    """A stand-in for the controls."""

    def __init__(self, **changes):
        self.elements = {}
        self.value = {
            "kind": next(iter(KINDS)),
            "whole": next(iter(WHOLES)),
            "language": "any language",
            "order": "Most turns first",
        } | changes


class Words:
    """A stand-in for the search field."""

    def __init__(self, value):
        self.value = value


@pytest.fixture
def data(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=150)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = fakes.workspace(tmp_path_factory.mktemp("browser") / "ws", threads=400)
    fakes.twin(made, *made.read("scores")["thread_id"][200:203])
    return made


# The address of a folder of apps names the app.
site = browsers.site("", at="/?file=read_threads.py")
ready = partial(browsers.open_page, until=["[data-testid=listed]", ".wb-thread"])


def count(shown):
    return int((shown.get_by_test_id("listed").text_content() or "").replace(",", ""))


def wait_for_count(shown, number):
    shown.wait_for_function(
        "number => document.querySelector('[data-testid=listed]')?.textContent === number",
        arg=f"{number:,}",
    )


def wait_for_another(shown, thread_id):
    """Wait until another thread is in the address and on the page."""
    shown.wait_for_function("id => !location.search.includes('thread=' + id)", arg=str(thread_id))
    other = parse_qs(urlsplit(shown.url).query)["thread"][0]
    shown.get_by_test_id(f"thread-{other}").wait_for()
    return other


def test_app_lists_every_thread_and_reads_the_first(data):
    _, defs = page.app.run(defs={"data": data})
    assert defs["mask"].all()
    assert defs["rows"].height == 50
    assert defs["thread"].row["thread_id"] == defs["rows"]["thread_id"][0]
    assert defs["thread"].turns.equals(data.turns(defs["rows"]["thread_id"][0]))


def test_app_sorts_and_filters(data):
    choices = Choices(kind="Removed", whole="Fragments", order="Most likes first")
    _, defs = page.app.run(defs={"data": data, "choices": choices})
    rows = defs["rows"]
    assert rows["removed_by"].null_count() == 0
    assert not rows["is_complete"].any()
    assert rows["likes"].is_sorted(descending=True)


def test_app_finds_the_thread_of_a_reply(data):
    row = data.scores.filter(pl.col("turns") > 2).row(0, named=True)
    reply = data.turns(row["thread_id"])["tweet_id"][2]
    _, defs = page.app.run(defs={"data": data, "words": Words(str(reply))})
    assert defs["rows"]["thread_id"].to_list() == [row["thread_id"]]


@pytest.mark.browser
def test_filters_change_the_number_and_the_address_keeps_them(site, chromium, workspace):
    shown, abroad = ready(chromium, site)
    facts = workspace.read("scores")
    assert count(shown) == facts.height
    shown.get_by_role("combobox", name="Threads").select_option("Fragments")
    fragments = facts.filter(~pl.col("is_complete"))
    wait_for_count(shown, fragments.height)
    shown.get_by_text("A tweet is missing here").first.wait_for()
    shown.get_by_role("combobox", name="Order").select_option("Most turns first")
    top = fragments.sort("turns", descending=True)["turns"][0]
    browsers.threads(shown).first.get_by_text(f"{top} turns", exact=True).wait_for()
    shown.wait_for_function("location.search.includes('Most+turns')")
    shown.reload()
    shown.locator(".wb-thread").wait_for()
    assert count(shown) == fragments.height
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
    assert abroad == []
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_search_shows_the_words_in_context(site, chromium, workspace, scheme):
    shown, _ = ready(chromium, site, scheme=scheme)
    turns = workspace.read("turns")
    holds = turns.filter(pl.col("text").str.contains("grow tomatoes", literal=True))
    field = shown.get_by_label("Find")
    field.fill("GROW  Tomatoes")
    field.press("Enter")
    wait_for_count(shown, holds["thread_id"].n_unique())
    browsers.threads(shown).first.get_by_text("grow tomatoes").wait_for()
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
    assert shown.get_by_text("Traceback").count() == 0
    field.fill("no such words anywhere")
    field.press("Enter")
    shown.get_by_text("No threads match").wait_for()
    shown.close()


@pytest.mark.browser
def test_link_to_a_thread_opens_it_and_choosing_another_changes_the_link(site, chromium, workspace):
    named = workspace.read("scores")["thread_id"][123]
    shown, _ = ready(chromium, f"{site}&thread={named}")
    shown.get_by_test_id(f"thread-{named}").wait_for()
    assert count(shown) == 1
    shown.get_by_label("Find").fill("")
    shown.get_by_label("Find").press("Enter")
    wait_for_count(shown, 400)
    first = wait_for_another(shown, named)
    browsers.threads(shown).nth(4).click()
    other = wait_for_another(shown, first)
    shown.reload()
    shown.get_by_test_id(f"thread-{other}").wait_for()
    shown.close()


@pytest.mark.browser
def test_near_duplicates_are_listed_and_link_to_each_other(site, chromium, workspace):
    first, named, other = workspace.read("scores")["thread_id"][200:203]
    shown, abroad = ready(chromium, f"{site}&thread={named}")
    twins = shown.get_by_test_id(f"thread-{named}").locator(".wb-twins")
    assert "2 near duplicates; the representative is marked" in twins.inner_text()
    marked = twins.locator("li").filter(has_text="representative")
    assert [item.count(f"thread {first}") for item in marked.all_inner_texts()] == [1]
    twins.locator("li").filter(has_text=str(other)).get_by_role("link").click()
    shown.get_by_test_id(f"thread-{other}").wait_for()
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_switch_shows_the_source_of_each_tweet(site, chromium):
    shown, _ = ready(chromium, site)
    assert shown.get_by_text("twitterstream, ").count() == 0
    shown.get_by_role("switch").click()
    shown.get_by_text("twitterstream, ").first.wait_for()
    shown.close()


@pytest.mark.browser
def test_hostile_texts_stay_texts(tmp_path, chromium):
    made = fakes.workspace(tmp_path / "ws", threads=80, hostile=True)
    ids = made.read("scores")["thread_id"].to_list()
    for start in range(0, 80, 4):
        fakes.twin(made, *ids[start : start + 4])
    with browsers.serving("read_threads.py", workspace=made.root) as address:
        shown, abroad = ready(chromium, f"{address}/?order=<script>&page=-1&thread=<b>&kind=x")
        assert count(shown) == 80
        thread_id = wait_for_another(shown, "%3Cb")
        for row in range(1, 8):
            browsers.threads(shown).nth(row).click()
            thread_id = wait_for_another(shown, thread_id)
        shown.get_by_label("Find").fill("<script>")
        shown.get_by_label("Find").press("Enter")
        shown.wait_for_function("location.search.includes('words=%3Cscript')")
        shown.get_by_text("<script>window.pwned=1").first.wait_for()
        browsers.assert_harmless(shown, abroad)
        shown.close()
