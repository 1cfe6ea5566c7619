"""The page Search, run without a browser and in one."""

import re
from functools import partial
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

import search as page
from tests.support import browser as browsers
from tests.support import fakes
from workbench import instructions
from workbench.dashboard.search import examples
from workbench.dashboard.search.map_view import Atlas
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.embeddings import projection


class Value:
    """Stands for a control."""

    def __init__(self, value):
        self.value = value


@pytest.fixture
def data(tmp_path):
    workspace = fakes.workspace(tmp_path / "ws", threads=120)
    fakes.embed(workspace)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = fakes.workspace(tmp_path_factory.mktemp("browser") / "ws", threads=300)
    fakes.embed(made)
    return made


#: Returns a place on the canvas of the map where a point is drawn, far from its edges and the bar.
NEAREST_POINT = """
canvas => {
  const {width, height} = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const ratio = canvas.clientWidth / width;
  for (let row = Math.round(height / 4); row < height * 0.8; row++) {
    for (let column = Math.round(width / 5); column < width * 0.8; column++) {
      const isDrawn = pixels[4 * (row * width + column) + 3] > 200;
      if (isDrawn) return [(column + 2) * ratio, (row + 2) * ratio];
    }
  }
}
"""

site = browsers.site("", at="/?file=search.py")
ready = partial(browsers.open_page, until=[".wb-thread, [data-testid=nothing]"])


def look_for(shown, text):
    field = shown.get_by_label("What people might ask")
    field.fill(text)
    field.press("Enter")
    shown.get_by_test_id("found").wait_for()


def tick(shown, row):
    browsers.threads(shown).nth(row).locator(".wb-list-tick").click()


def map_of(shown):
    """Return the map, when all its points are drawn."""
    shown.locator("[data-testid=map][data-drawn=all]").wait_for()
    return shown.locator(".wb-map-over")


def drag(shown, *, low=0.3, high=0.8):
    """Drag a rectangle on the map, and return the number of threads in it."""
    box = map_of(shown).bounding_box()
    shown.keyboard.down("Shift")
    shown.mouse.move(box["x"] + box["width"] * low, box["y"] + box["height"] * low)
    shown.mouse.down()
    right, bottom = box["x"] + box["width"] * high, box["y"] + box["height"] * high
    shown.mouse.move(right, bottom, steps=6)
    shown.mouse.up()
    shown.keyboard.up("Shift")
    shown.get_by_test_id("inside").wait_for()
    return inside(shown)


def inside(shown):
    """Read the number of threads in the rectangle."""
    return int((shown.get_by_test_id("inside").text_content() or "").replace(",", ""))


def test_app_lists_the_threads_of_the_map_at_first(data):
    _, defs = page.app.run(defs={"data": data})
    assert defs["matches"] is None
    assert isinstance(defs["atlas"], Atlas)
    assert defs["inside"].sum() == 120
    assert defs["rows"]["suitability"].is_sorted(descending=True)
    assert projection.path(data.workspace).exists()


def test_app_finds_threads_that_say_so(data):
    _, defs = page.app.run(defs={"data": data, "text": Value("fix a bike")})
    assert defs["rows"].height == 20
    assert all("fix a bike" in text for text in defs["rows"]["text"][:5])
    assert defs["thread"].row["thread_id"] == defs["rows"]["thread_id"][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dishwasher", "No threads contain these words"),
        ("bike", "the best match of the words first"),
    ],
)
def test_app_describes_the_order_or_what_to_try(data, text, expected):
    values = {
        "mode": "Words",
        "kind": "Kept and removed",
        "language": "any language",
        "limit": "20",
    }
    choices = SimpleNamespace(value=values, elements={})
    outputs, defs = page.app.run(defs={"data": data, "text": Value(text), "choices": choices})
    shown = "".join(unescape(str(getattr(output, "text", ""))) for output in outputs)
    assert expected in shown
    assert "Type what people might ask" not in shown
    assert "nearest first" not in shown
    assert defs["rows"].is_empty() == (text == "dishwasher")


def test_app_finds_threads_like_the_examples(data):
    ids = data.scores["thread_id"][:2].to_list()
    _, defs = page.app.run(
        defs={
            "data": data,
            "tabs": Value("Examples"),
            "chosen": ids,
            "chips": examples.chips(data, ids, on_change=lambda _: None),
        }
    )
    assert defs["rows"].height == 20
    assert not set(ids) & set(defs["rows"]["thread_id"])


@pytest.mark.browser
def test_text_then_examples_then_a_rule(site, chromium, workspace):
    shown, abroad = ready(chromium, site)
    look_for(shown, "how do I grow tomatoes")
    first = browsers.threads(shown).first
    first.get_by_text("grow tomatoes").wait_for()
    for row in range(2):
        tick(shown, row)
        expect(browsers.threads(shown).nth(row)).to_have_attribute("aria-checked", "true")
    shown.get_by_role("button", name="Use ticked as examples").click()
    shown.wait_for_function("location.search.includes('examples=')")
    ids = parse_qs(urlsplit(shown.url).query)["examples"][0].split(",")
    assert len(ids) == 2
    shown.get_by_role("tab", name="Examples").click()
    shown.get_by_role("button", name="Add to known instructions").wait_for()
    shown.get_by_test_id("found").wait_for()
    shown.reload()
    shown.get_by_role("button", name="Add to known instructions").click()
    shown.get_by_test_id("rule").get_by_text("new known instructions").wait_for()
    own = instructions.own(workspace)
    texts = workspace.read("turns").filter(position=0)
    wanted = texts.filter(texts["thread_id"].cast(str).is_in(ids))["text"]
    assert set(own["text"]) == set(wanted)
    assert shown.get_by_test_id("rule").get_by_role("link", name="run them at Home").count() == 1
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
    assert abroad == []
    workspace.path("instructions").unlink()
    shown.close()


@pytest.mark.browser
def test_kept_threads_only(site, chromium, workspace):
    shown, _ = ready(chromium, f"{site}&text=read+a+map")
    shown.get_by_test_id("found").wait_for()
    shown.get_by_role("combobox", name="Among").select_option("Kept")
    shown.wait_for_function("location.search.includes('kind=Kept&')")
    expect(shown.locator(".wb-verdict")).to_have_text(re.compile("^Kept"))
    expect(browsers.threads(shown).filter(has_text="Removed")).to_have_count(0)
    shown.close()


@pytest.mark.browser
def test_ids_become_examples_and_wrong_ones_are_reported(site, chromium, workspace):
    shown, _ = ready(chromium, f"{site}&tab=Examples")
    thread_id = workspace.read("scores")["thread_id"][5]
    field = shown.get_by_label("Add by id or address")
    field.fill("12345 <b>x</b>")
    field.press("Enter")
    shown.get_by_text("No thread of this workspace contains the tweet 12345, <b>x</b>").wait_for()
    field.fill(f"https://twitter.com/i/status/{thread_id}")
    field.press("Enter")
    shown.get_by_test_id("found").wait_for()
    shown.wait_for_function("id => location.search.includes(id)", arg=f"examples={thread_id}")
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_selection_on_the_map_lists_its_threads(site, chromium, scheme):
    shown, abroad = ready(chromium, site, scheme=scheme)
    number = drag(shown)
    assert 0 < number < 300
    expect(browsers.threads(shown)).to_have_count(min(number, 50))
    shown.get_by_role("combobox", name="Colour").select_option("Language")
    shown.locator(".wb-map-legend").get_by_text("ja").wait_for()
    assert inside(shown) == number
    shown.get_by_role("tab", name="Examples").click()
    shown.get_by_role("tab", name="Text").click()
    shown.get_by_role("button", name="Remove the selection").click()
    shown.get_by_test_id("inside").wait_for(state="detached")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1280
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_words_are_ringed_on_the_map_while_they_are_typed(site, chromium, workspace):
    shown, _ = ready(chromium, site)
    map_of(shown)
    shown.get_by_role("combobox", name="Near by").select_option("Words")
    shown.get_by_label("What people might ask").press_sequentially("tomatoes -tell")
    texts = workspace.read("turns").filter(position=0)["text"]
    count = int((texts.str.contains("tomatoes") & ~texts.str.contains("tell")).sum())
    shown.locator(".wb-map-status").get_by_text(f"{count} on the map match").wait_for()
    expect(shown.get_by_test_id("matches")).to_have_text(f"{count}")
    expect(browsers.threads(shown).first.locator("mark").first).to_have_text("tomatoes")
    shown.close()


@pytest.mark.browser
def test_map_is_used_by_keys_and_a_click_opens_the_thread(site, chromium):
    shown, _ = ready(chromium, site)
    over = map_of(shown)
    over.focus()
    near = shown.get_by_test_id("map").get_attribute("data-near") or ""
    for _ in range(4):
        over.press("+")
    expect(shown.get_by_test_id("map")).not_to_have_attribute("data-near", near)
    over.press("0")
    expect(shown.get_by_test_id("map")).to_have_attribute("data-near", near)
    map_of(shown)
    place = shown.locator(".wb-map-points").evaluate(NEAREST_POINT)
    box = over.bounding_box()
    shown.mouse.move(box["x"] + place[0], box["y"] + place[1])
    shown.locator(".wb-map-card p").wait_for()
    text = shown.locator(".wb-map-card p").inner_text()
    before = shown.evaluate("location.search")
    shown.mouse.click(box["x"] + place[0], box["y"] + place[1])
    shown.wait_for_function("before => location.search !== before", arg=before)
    shown.locator(".wb-thread").get_by_text(text).first.wait_for()
    shown.close()


@pytest.mark.browser
def test_hostile_texts_stay_texts(tmp_path, chromium):
    made = fakes.workspace(tmp_path / "ws", threads=80, hostile=True)
    fakes.embed(made)
    with browsers.serving("search.py", workspace=made.root) as address:
        shown, abroad = ready(chromium, f"{address}/?examples=<script>,-1&mode=x&tab=<b>")
        look_for(shown, "<script>window.pwned=1</script>")
        for row in range(8):
            tick(shown, row)
            expect(browsers.threads(shown).nth(row)).to_have_attribute("aria-checked", "true")
        shown.get_by_role("button", name="Use ticked as examples").click()
        shown.wait_for_function("location.search.includes('examples=1')")
        shown.get_by_role("tab", name="Examples").click()
        shown.get_by_test_id("found").wait_for()
        box = map_of(shown).bounding_box()
        for step in range(0, 100, 4):
            shown.mouse.move(box["x"] + box["width"] * step / 100, box["y"] + 60 + step * 3)
        drag(shown, low=0.12, high=0.97)
        browsers.assert_harmless(shown, abroad)
        shown.close()
