"""Small tables as text and as HTML, of cells that may be hostile."""

import pytest
import rich.console
import rich.jupyter

from tests.support import fakes
from workbench.display.tables import Table


def test_text_has_title_rows_and_notes():
    table = Table(("name", "rows"), [("a", "1"), ("b", "1,000")], title="T", right=("rows",))
    assert repr(table).splitlines() == ["T", "name   rows", "a         1", "b     1,000"]
    assert repr(Table(("name",), [], title="T", notes=("none",))) == "T\nnone"


def test_html_escapes_everything():
    rows = [(text, text) for text in fakes.HOSTILE]
    html = Table(("<i>", "b"), rows, title=fakes.HOSTILE[0], notes=fakes.HOSTILE)._repr_html_()
    assert not any(tag in html for tag in ("<script", "<img", "<iframe", "<svg", "<i>", "<a "))
    assert html.count("<style>") == 1
    text = repr(Table(("a", "b"), rows, notes=fakes.HOSTILE))
    assert not set(text) & {"\x00", "\u202e", "\u2066"}


def test_text_in_a_notebook_shows_nothing_beside_it(monkeypatch):
    monkeypatch.setattr(rich.console, "_is_jupyter", lambda: True)
    monkeypatch.setattr(rich.jupyter, "display", lambda *_: pytest.fail("rich shows an output"))
    assert "1" in repr(Table(("a",), [("1",)]))
