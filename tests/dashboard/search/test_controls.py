"""Controls of the page Search."""

import pytest

from tests.support import fakes
from workbench.dashboard.components import thread_filter
from workbench.dashboard.search import controls
from workbench.dashboard.session.scores_session import ScoresSession
from workbench.recipe import EmbedSettings, Recipe

HASHING = EmbedSettings(model="hashing")
RECIPE = Recipe(embed=HASHING)


def opened(folder, *, threads, hostile=False):
    workspace = fakes.workspace(folder, threads=threads, hostile=hostile)
    fakes.embed(workspace)
    return ScoresSession(workspace, workspace.read("scores"))


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("finding") / "ws", threads=300)


@pytest.fixture(scope="module")
def verdicts(session):
    return session.verdicts(RECIPE.select)


def test_the_name_of_a_model_that_is_loading_is_shown_as_text(monkeypatch):
    shown = []
    monkeypatch.setattr(controls.mo.output, "replace", lambda html: shown.append(html.text))
    monkeypatch.setattr(controls.mo.output, "clear", lambda: shown.append(""))
    recipe = Recipe.from_toml('[embed]\nmodel = "<img src=x>"')
    with controls.waiting("Text", "why", recipe):
        assert "the model &lt;img src=x&gt; once" in shown[0]
    with controls.waiting("Examples", "", recipe):
        assert shown[1:] == [""]


def test_among_marks_kept_threads(session, verdicts):
    kept = controls.among(
        session, verdicts, query=controls.SearchQuery("Meaning", "Kept", thread_filter.ANY, "20")
    )
    assert kept.to_list() == verdicts["kept"].to_list()
