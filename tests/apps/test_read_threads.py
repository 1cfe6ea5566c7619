"""The app Read threads, with and without a browser."""

import re
from functools import partial
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from playwright.sync_api import expect

import read_threads as page
from tests.support import browser as browsers
from tests.support import fakes
from workbench import labels
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.selection import hand_list


class Value:
    """A stand-in for a control."""

    def __init__(self, value):
        self.value = value
        self.text = ""

    def tell(self, *_):
        """Take the counts of the filters."""


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
ready = partial(browsers.open_page, until=["[data-testid=listed]", ".wb-view"])


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
    bins = {"verdict": list(range(1, 20)), "coverage": [1, 2, 3, 4]}
    defs = {"data": data, "panel": Value(bins), "order": Value("Most likes first")}
    _, defs = page.app.run(defs=defs)
    rows = defs["rows"]
    assert rows["removed_by"].null_count() == 0
    assert not rows["is_complete"].any()
    assert rows["likes"].is_sorted(descending=True)


def test_app_finds_the_thread_of_a_reply(data):
    row = data.scores.filter(pl.col("turns") > 2).row(0, named=True)
    reply = data.turns(row["thread_id"])["tweet_id"][2]
    _, defs = page.app.run(defs={"data": data, "words": Value(str(reply))})
    assert defs["rows"]["thread_id"].to_list() == [row["thread_id"]]


def open_row(shown, number):
    """Click a row of the list, and wait until its thread is on the page and in the address."""
    row = browsers.threads(shown).nth(number)
    thread_id = row.get_attribute("data-thread")
    row.click()
    shown.get_by_test_id(f"thread-{thread_id}").wait_for()
    shown.wait_for_url(f"**thread={thread_id}*")
    return thread_id


def choose(shown, facet, name):
    """Press a name among the filters."""
    shown.get_by_role("group", name=facet, exact=True).get_by_role(
        "button", name=re.compile(f"^{name} ")
    ).click()


@pytest.mark.browser
def test_filters_change_the_number_and_the_address_keeps_them(site, chromium, workspace):
    shown, abroad = ready(chromium, f"{site}&page=3")
    facts = workspace.read("scores")
    assert count(shown) == facts.height
    shown.wait_for_url("**page=3&**")
    japanese = facts.filter(language="ja")
    choose(shown, "Language", "ja")
    wait_for_count(shown, japanese.height)
    shown.wait_for_url("**page=1&**")
    shown.get_by_role("combobox", name="Order").select_option("Most turns first")
    top = japanese.sort("turns", descending=True)["turns"][0]
    browsers.threads(shown).first.get_by_text(f"{top} turns", exact=True).wait_for()
    shown.wait_for_url("**Most+turns**")
    shown.wait_for_function("location.search.includes('chosen=')")
    shown.reload()
    shown.locator(".wb-view").wait_for()
    wait_for_count(shown, japanese.height)
    pressed = shown.get_by_role("region", name="Filters").get_by_role("button", pressed=True)
    assert pressed.inner_text().startswith("ja")
    slider = shown.get_by_role("slider", name="Turns, from")
    slider.focus()
    slider.press("ArrowRight")
    wait_for_count(shown, japanese.filter(pl.col("turns") > 2).height)
    shown.get_by_role("button", name="Clear", exact=True).click()
    wait_for_count(shown, facts.height)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
    assert abroad == []
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_search_marks_the_words_and_an_empty_list_says_what_to_loosen(
    site, chromium, workspace, scheme
):
    shown, _ = ready(chromium, f"{site}&kind=Kept", scheme=scheme)
    kept = count(shown)
    field = shown.get_by_label("Find")
    field.fill('"GROW  Tomatoes"')
    field.press("Enter")
    shown.wait_for_function(
        "most => +document.querySelector('[data-testid=listed]').textContent < most", arg=kept
    )
    browsers.threads(shown).first.locator("mark").get_by_text("grow tomatoes").wait_for()
    shown.locator(".wb-view mark").get_by_text("grow tomatoes").first.wait_for()
    field.fill("no such words anywhere")
    field.press("Enter")
    nothing = shown.get_by_test_id("nothing")
    nothing.get_by_text(f"Without Find: no such words anywhere: {kept} threads").wait_for()
    shown.get_by_role("button", name="Clear all filters").click()
    wait_for_count(shown, 400)
    assert field.input_value() == ""
    shown.close()


@pytest.mark.browser
def test_back_and_forward_follow_the_threads_that_were_opened(site, chromium):
    shown, _ = ready(chromium, site)
    first = browsers.threads(shown).first.get_attribute("data-thread")
    shown.wait_for_url(f"**thread={first}*")
    second, third = open_row(shown, 3), open_row(shown, 5)
    for step, thread_id in [("back", second), ("back", first), ("forward", second)]:
        shown.evaluate(f"history.{step}()")
        shown.get_by_test_id(f"thread-{thread_id}").wait_for()
        shown.wait_for_url(f"**thread={thread_id}*")
        row = shown.locator(f'.wb-list-row[data-thread="{thread_id}"]')
        expect(row).to_have_attribute("aria-selected", "true")
    assert third != second
    address = shown.url
    shown.close()
    shown, _ = ready(chromium, address)
    shown.get_by_test_id(f"thread-{second}").wait_for()
    shown.close()


@pytest.mark.browser
def test_keys_open_and_label_the_thread(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    shown.keyboard.press("j")
    expect(browsers.threads(shown).nth(1)).to_be_focused()
    shown.keyboard.press("Enter")
    thread_id = int(browsers.threads(shown).nth(1).get_attribute("data-thread"))
    shown.get_by_test_id(f"thread-{thread_id}").wait_for()
    shown.keyboard.press("f")
    shown.get_by_test_id("label-note").get_by_text("Enter your name first").wait_for()
    shown.keyboard.type("fan")
    shown.keyboard.press("Enter")
    shown.wait_for_url("**labeller=fan*")
    shown.keyboard.press("b")
    shown.get_by_test_id("label-note").get_by_text("Saved: “borderline”").wait_for()
    rows = labels.load(workspace)
    assert rows.select("thread_id", "label", "labeller").rows() == [
        (thread_id, "borderline", "fan")
    ]
    shown.reload()
    shown.get_by_test_id("labels").get_by_text("Labelled fan: borderline").wait_for()
    shown.keyboard.press("u")
    shown.get_by_test_id("labels").get_by_text("Not labelled yet").wait_for()
    assert labels.load(workspace).is_empty()
    shown.close()


@pytest.mark.browser
def test_branches_fold_and_sources_are_a_switch_away(site, chromium, workspace):
    deep = workspace.read("scores").filter(pl.col("depth") > 2)["thread_id"][0]
    shown, _ = ready(chromium, f"{site}&thread={deep}")
    view = shown.get_by_test_id(f"thread-{deep}")
    turns = view.locator(".wb-turn:visible")
    before = turns.count()
    fold = view.get_by_role("button", name="Replies below this turn").nth(1)
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    assert 1 < turns.count() < before
    fold.click()
    expect(turns).to_have_count(before)
    expect(view.get_by_text("twitterstream, ").first).to_be_hidden()
    view.get_by_label("where each tweet comes from").check()
    expect(view.get_by_text("twitterstream, ").first).to_be_visible()
    shown.close()


@pytest.mark.browser
def test_list_and_conversation_are_both_in_view_in_a_narrow_window(site, chromium):
    shown, _ = ready(chromium, site)
    for width, height in [(900, 720), (1280, 720)]:
        shown.set_viewport_size({"width": width, "height": height})
        open_row(shown, 2)
        expect(browsers.threads(shown).nth(2)).to_be_in_viewport()
        expect(shown.locator(".wb-verdict")).to_be_in_viewport(ratio=1)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        open_row(shown, 1)
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
        shown.get_by_role("region", name="Filters").get_by_text("Hashtags").click()
        shown.get_by_label("Find").fill("<script>")
        shown.get_by_label("Find").press("Enter")
        shown.wait_for_function("location.search.includes('words=%3Cscript')")
        shown.get_by_text("<script>window.pwned=1").first.wait_for()
        browsers.assert_harmless(shown, abroad)
        shown.close()


@pytest.mark.browser
def test_a_thread_and_a_turn_are_decided_on_by_hand(site, chromium, workspace):
    shown, abroad = ready(chromium, site)
    thread_id = int(open_row(shown, 1))
    shown.get_by_role("textbox", name="Why you keep or drop this thread").fill("a good answer")
    keep = shown.get_by_role("button", name="Keep by hand")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    expect(shown.get_by_test_id("hand-note")).to_contain_text("The thread is kept by hand.")
    drop = shown.get_by_role("button", name="Leave this turn out of exports").last
    drop.focus()  # The button is hidden until the pointer or the focus is on its turn.
    expect(drop).to_have_css("opacity", "1")
    drop.press("Enter")
    expect(drop).to_have_attribute("aria-pressed", "true")
    turn, thread = hand_list.load(workspace).sort("what", descending=True).rows()
    assert thread == ("thread", thread_id, "keep", "a good answer")
    assert turn[2] == "drop"
    drop.press("Enter")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "false")
    assert hand_list.load(workspace).is_empty()
    assert abroad == []
    shown.close()
