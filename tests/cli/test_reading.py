"""Search and show from the command line: results, JSON, hints, and hostile tweets."""

import json

import pytest

from tests.support import fakes
from tests.support.command_line import call

#: What no output may contain: escapes, other controls, and changes of direction.
FORBIDDEN = {"\x1b", "\x00", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff"}


@pytest.fixture(params=[False, True], ids=["plain", "hostile"])
def workspace(folder, request):
    made = fakes.workspace(folder / "workspace", threads=60, hostile=request.param)
    fakes.embed(made)
    return made


def test_search_and_show_print_what_is_harmless(workspace):
    code, output = call("search", "bread div long", "--limit", 60)
    assert code == 0, output
    assert "`workbench show THREAD`" in output
    assert not FORBIDDEN & set(output)
    for thread_id in workspace.read("threads")["thread_id"].head(20):
        code, output = call("show", thread_id)
        assert code == 0, output
        assert f"Thread {thread_id}" in output
        assert not FORBIDDEN & set(output)


def test_search_prints_json_with_ids_as_texts(workspace):
    code, output = call("search", "bread div long", "--json", "--limit", 5)
    assert code == 0
    assert output.isascii()
    matches = json.loads(output)
    assert len(matches["threads"]) == 5
    ids = set(map(str, workspace.read("threads")["thread_id"]))
    assert {row["thread_id"] for row in matches["threads"]} <= ids
    assert {"text", "similarity", "turns", "kept", "lang"} <= set(matches["threads"][0])


def test_search_of_nothing_says_so(workspace):
    assert "No thread matches." in call("search", "zzzqqq", "--by", "words")[1]
    assert "The quote is not closed" in call("search", '"zzzqqq')[1]


def test_search_and_show_without_tables_say_what_to_run(folder):
    assert "is not a workspace" in call("search", "cats")[1]
    code, output = call("show", "abc", "-w", "elsewhere")
    assert (code, "Hint:" in output) == (1, True)


def test_show_of_a_wrong_id_suggests_a_search(workspace):
    code, output = call("show", "12", "-w", "workspace")
    assert code == 1
    assert "`workbench search TEXT -w workspace` finds threads" in " ".join(output.split())
