"""The syntax is explained, and what was not understood is said."""

from workbench.dashboard.components import search_help
from workbench.text import search_query


def test_the_disclosure_explains_the_whole_syntax_as_text():
    shown = search_help.disclosure("Every <tweet> is searched.").text
    assert shown.count("<tr>") == len(search_query.SYNTAX)
    assert "&quot;boil an egg&quot;" in shown
    assert "Every &lt;tweet&gt; is searched." in shown


def test_notes_are_texts():
    assert search_help.notes(()).text == ""
    assert "a &lt;b&gt; c" in search_help.notes(["a <b>", "c"]).text
