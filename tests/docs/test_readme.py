"""The README does what it says: its commands run, and what it shows is what they write."""

import json
import re

from tests.support import doc_commands
from tests.support.doc_commands import PAGES, README
from tests.support.paths import ROOT
from workbench.ingest.formats.registry import FORMATS

TEXT = README.read_text(encoding="utf-8")


def test_it_is_short():
    assert len(TEXT.splitlines()) <= 150


def test_it_names_only_make_targets_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    texts = [TEXT, *(page.read_text("utf-8") for page in PAGES.glob("*.md"))]
    named = {name for text in texts for name in re.findall(r"`?\bmake ([a-z-]+)`", text)}
    assert "demo" in named
    assert named <= targets


def test_ci_calls_its_test_command():
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test\n" in doc_commands.blocks(TEXT, "sh")


def test_its_links_and_pictures_exist():
    links = re.findall(r"\]\(([^)#]+)[^)]*\)|(?:src|srcset)=\"([^\"]+)\"", TEXT)
    files = ["".join(names) for names in links if "://" not in "".join(names)]
    assert len(files) > 10
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_it_counts_the_formats():
    assert f"{len(FORMATS)} formats of dumps" in TEXT


def test_the_conversation_that_it_shows():
    """`test_pages` exports it; here, both sides of the table must have the same texts."""
    (shown,) = map(json.loads, doc_commands.blocks(TEXT, "json"))
    thread = " ".join(re.sub(r"^[> ]+", "", line) for line in TEXT.splitlines())
    for message in shown["messages"]:
        assert message["content"] in thread
