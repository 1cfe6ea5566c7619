"""The documentation is built without a warning, and loads nothing from the network."""

import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT
from workbench.cli import app
from workbench.export.formats.registry import FORMATS as EXPORTS
from workbench.ingest.formats.registry import FORMATS as DUMPS
from workbench.recipe import CATALOGUE, Recipe
from workbench.schemas.measures import MEASURES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "docs.build", "--no-execute", str(folder / "docs")]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "docs" / "site"


def test_nothing_is_loaded_from_the_network(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 25
    loads = r"script|img|iframe|source|link rel=\"?(?:stylesheet|preconnect)"
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert re.findall(rf"<(?:{loads})\b[^>]*https?://[^>]*", text) == [], page
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert re.findall(r"url\(['\"]?https?:|@import", text) == [], sheet


def test_reference_has_everything(site):
    def text(name):
        return (site / "reference" / f"{name}.html").read_text(encoding="utf-8")

    def anchors(name):
        return set(re.findall(r"<h[234] id=\"?([^\" >]+)", text(name)))

    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert commands <= anchors("commands")
    assert {f"select-{rule}" for rule in CATALOGUE} | set(Recipe.model_fields) <= anchors("recipe")
    assert set(MEASURES) <= anchors("scores")
    assert set(EXPORTS) <= anchors("formats")
    assert [name for name in DUMPS if f"<code>{name}</code>" not in text("formats")] == []
