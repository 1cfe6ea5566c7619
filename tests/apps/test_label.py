"""The page Label, run without a browser and in one."""

from functools import partial

import polars as pl
import pytest

import label as page
from tests.support import browser as browsers
from tests.support import fakes
from workbench import labels
from workbench.classifiers import experiments, prompt_classifier
from workbench.dashboard.session.server import SERVER
from workbench.recipe import Recipe


def workspace_in(folder, **options):
    """Make a workspace without vectors, whose classifiers need no model."""
    made = fakes.workspace(folder, **options)
    second = pl.col("thread_id") + 7_000_000_000
    made.write("scores", made.read("scores").with_columns(best_reply_id=second))
    recipe = Recipe.from_toml("[embed]\nmodel = 'hashing'\n[select.suitability]\nmin = 0.5")
    made.write_text("recipe.toml", recipe.to_toml())
    return made


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return workspace_in(tmp_path_factory.mktemp("label") / "ws", threads=300)


site = browsers.site("label.py")
ready = partial(browsers.open_page, until=["[data-testid=item]"])


def press(shown, key, note):
    """Press a key and wait for the answer."""
    before = shown.get_by_test_id("item").text_content()
    shown.keyboard.press(key)
    shown.get_by_test_id("note").filter(has_text=note).wait_for()
    return before


def mine(workspace, name):
    return labels.load(workspace).filter(pl.col("labeller") == name)


def test_app_asks_for_a_name_first(workspace):
    SERVER.use(workspace)
    outputs, defs = page.app.run()
    assert "annotate" not in defs
    assert any("Enter your name" in str(getattr(output, "text", "")) for output in outputs)


def test_app_shows_something_to_label(workspace):
    SERVER.use(workspace)
    _, defs = page.app.run(defs={"labeller": "eve"})
    assert defs["annotate"].widget.item.tweet["position"] == 0


@pytest.mark.browser
def test_keys_label_skip_undo_and_revise(site, chromium, workspace):
    shown, abroad = browsers.open_page(chromium, site)
    name = shown.get_by_role("textbox", name="Your name")
    name.fill("fan")
    name.press("Enter")
    shown.get_by_test_id("item").wait_for()
    name.press_sequentially("ny")
    name.fill("fan")
    name.press("Enter")
    assert mine(workspace, "fan").is_empty()
    shown.get_by_role("heading", name="Label", exact=True).click()
    first = press(shown, "f", "Saved: “fits”")
    assert mine(workspace, "fan")["text"][0] in first
    press(shown, "b", "Saved: “borderline”")
    press(shown, "s", "Skipped")
    shown.get_by_role("button", name="No:").click()
    shown.get_by_test_id("note").filter(has_text="3 in this session").wait_for()
    assert mine(workspace, "fan")["label"].to_list() == ["fits", "borderline", "no"]
    press(shown, "u", "Undone")
    assert mine(workspace, "fan")["label"].to_list() == ["fits", "borderline"]
    shown.wait_for_function("location.search.includes('labeller=fan')")
    shown.reload()
    # The history is there again; a label is revised by keyboard alone.
    shown.get_by_role("button", name="Revise “Fits”").press("Enter")
    shown.get_by_test_id("note").filter(has_text="You labelled this “fits”").wait_for()
    assert shown.get_by_role("button", name="Fits:").get_attribute("aria-pressed") == "true"
    assert shown.get_by_test_id("item").text_content() == first
    press(shown, "n", "Saved: “no”")
    assert sorted(mine(workspace, "fan")["label"]) == ["borderline", "no"]
    assert abroad == []
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 900)])
def test_replies_are_labelled_and_views_fit_a_small_screen(
    site, chromium, workspace, scheme, width
):
    shown, abroad = ready(chromium, f"{site}/?labeller={scheme}&order=Fair+sample", scheme=scheme)
    shown.set_viewport_size({"width": width, "height": 720})
    shown.get_by_test_id("order-note").filter(has_text="drawn at random from all").wait_for()
    shown.get_by_role("combobox", name="Label").select_option("Replies")
    shown.get_by_role("heading", name="Does this reply answer it?").wait_for()
    shown.get_by_role("heading", name="Label", exact=True).click()
    press(shown, "a", "Saved: “answers”")
    assert mine(workspace, scheme)["parent_id"].null_count() == 0
    shown.get_by_test_id("goals").filter(has_text="of 10").wait_for()
    # Nothing is drawn below the two texts of a thread that has no other turns.
    shown.get_by_role("heading", name="The thread").wait_for()
    # What is judged and the keys are in view without scrolling.
    assert shown.get_by_role("button", name="Skip").bounding_box()["y"] < 720
    views = {
        "In bulk": "No thread matches",
        "Agreement": "Nobody else has labelled",
        "Train and compare": "Train with",
        "Evaluation": "Label some",
    }
    for tab, view in views.items():
        shown.get_by_role("tab", name=tab).click()
        shown.get_by_text(view).first.wait_for()
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.get_by_text("Traceback").count() == 0
    assert abroad == []
    shown.close()


@pytest.mark.browser
def test_search_is_labelled_in_bulk_and_undone(site, chromium, workspace):
    shown, _ = ready(chromium, f"{site}/?labeller=bea&threads=all")
    shown.get_by_role("tab", name="In bulk").click()
    words = shown.get_by_role("textbox", name="Words")
    words.fill("read a map")
    words.press("Enter")
    shown.get_by_role("button", name="as “No”").and_(shown.locator(":enabled")).click()
    shown.get_by_test_id("bulk-note").filter(has_text="Labelled").wait_for()
    labelled = mine(workspace, "bea")
    assert labelled.height > 0
    assert labelled["method"].unique().to_list() == ["bulk"]
    shown.get_by_role("button", name="Undo the last batch").click()
    shown.get_by_test_id("bulk-note").filter(has_text="Undone").wait_for()
    assert mine(workspace, "bea").is_empty()
    shown.close()


def trained(workspace):
    """Label sixty opening tweets by a rule and train on them and a few shipped examples."""
    rows = workspace.read("turns").filter(pl.col("position") == 0).head(60)
    is_no = pl.col("text").str.contains("bread|swim")
    made = rows.select("tweet_id", "thread_id", "author_id", "text").with_columns(
        label=pl.when(is_no).then(pl.lit("no")).otherwise(pl.lit("fits"))
    )
    labels.add(workspace, made, labeller="tim")
    few = prompt_classifier.examples().gather_every(10)
    recipe = Recipe.load(workspace.root / "recipe.toml")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(prompt_classifier, "examples", lambda: few)
        return experiments.run(workspace, kind=prompt_classifier.KIND, recipe=recipe)


@pytest.mark.browser
def test_training_is_started_and_stopped(site, chromium):
    shown, _ = ready(chromium, f"{site}/?labeller=tim")
    shown.get_by_role("tab", name="Train and compare").click()
    shown.get_by_role("button", name="Train with these labels").click()
    shown.get_by_test_id("training").wait_for()
    shown.get_by_role("button", name="Stop").click()
    shown.get_by_text("was stopped").wait_for()
    shown.get_by_role("button", name="Train with these labels").wait_for()
    shown.close()


@pytest.mark.browser
def test_trained_classifier_shows_its_changes_and_is_applied(site, chromium, workspace):
    trained(workspace)
    shown, _ = ready(chromium, f"{site}/?labeller=tim")
    shown.get_by_role("tab", name="Train and compare").click()
    shown.get_by_text("would enter").wait_for()
    numbers = {
        name: int(shown.get_by_test_id(name).text_content() or "")
        for name in ("now", "then", "enter", "leave")
    }
    assert numbers["now"] + numbers["enter"] - numbers["leave"] == numbers["then"]
    assert numbers["enter"] + numbers["leave"] > 0
    side = "that enter" if numbers["enter"] else "that leave"
    shown.get_by_role("combobox", name="Threads").last.select_option(side)
    shown.get_by_text("with the new classifier").first.wait_for()
    # The workspace has no run of its stages, so only the start of the job is tested here;
    # `tests/pipeline/test_classifier_swap.py` tests its result.
    shown.get_by_role("button", name="Apply and rescore").click()
    shown.get_by_text("Apply the new prompt classifier and rescore").first.wait_for()
    shown.get_by_role("tab", name="Evaluation").click()
    shown.get_by_text("new, on your labels").first.wait_for()
    assert shown.get_by_text("Traceback").count() == 0
    shown.close()


@pytest.mark.browser
def test_what_entered_and_left_is_shown_and_linked(site, chromium, workspace):
    trial = trained(workspace)
    scores = workspace.read("scores")
    rows = scores.select("thread_id", before="suitability", after=1 - pl.col("suitability"))
    rows = rows.with_columns(
        kept_now=pl.int_range(pl.len()) % 2 == 0, kept_then=pl.int_range(pl.len()) % 3 == 0
    )
    rows.write_parquet(trial.folder / "applied.parquet")
    shown, _ = ready(chromium, f"{site}/?labeller=tim")
    shown.get_by_role("tab", name="Train and compare").click()
    shown.get_by_test_id("used").wait_for()
    entered = rows.filter(~pl.col("kept_now"), "kept_then").height
    assert shown.get_by_test_id("enter").text_content() == str(entered)
    link = shown.locator(".wb-examples a").first
    assert "read_threads.py" in link.get_attribute("href")
    assert shown.get_by_role("button", name="Apply and rescore").is_disabled()
    shown.close()


@pytest.mark.browser
def test_hostile_texts_stay_texts(tmp_path, chromium):
    made = workspace_in(tmp_path / "ws", threads=60, hostile=True)
    with browsers.serving("label.py", workspace=made.root) as address:
        shown, abroad = browsers.open_page(chromium, address)
        shown.get_by_role("combobox", name="Threads").select_option("all")
        name = shown.get_by_role("textbox", name="Your name")
        name.fill("<img src=x onerror=window.pwned=1>")
        name.press("Enter")
        for place in range(8):
            press(shown, "n", f"{place + 1} in this session")
        shown.get_by_role("combobox", name="Label").select_option("Replies")
        shown.get_by_role("heading", name="Does this reply answer it?").wait_for()
        shown.get_by_role("heading", name="The thread").wait_for()
        browsers.assert_harmless(shown, abroad)
        shown.close()
