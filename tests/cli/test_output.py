"""Print JSON that is safe for terminals, and nothing but errors if quiet."""

import datetime
import json

import pytest

from tests.support.command_line import call
from workbench import sample
from workbench.cli import output

HOSTILE = "\x1b]0;x\x07\x7f\x9b2J\u202e\u2066😀"


def test_json_escapes_whatever_a_terminal_could_obey(capsys):
    output.print_json({HOSTILE: [HOSTILE]})
    text = capsys.readouterr().out
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert json.loads(text) == {HOSTILE: [HOSTILE]}


def test_json_writes_dates_as_text(capsys):
    moment = datetime.datetime(2019, 7, 3, 6, 29, tzinfo=datetime.UTC)
    output.print_json([moment, moment.date()])
    assert json.loads(capsys.readouterr().out) == ["2019-07-03T06:29:00+00:00", "2019-07-03"]


@pytest.mark.parametrize("first", [True, False])
def test_quiet_prints_errors_only(folder, first):
    sample.write(folder / "july.tar", lines=500)

    def quiet(*command):
        return call("-q", *command) if first else call(*command, "-q")

    assert quiet("ingest", "july.tar") == (0, "")
    assert quiet("status") == (0, "")
    code, text = quiet("select", "-r", "fast.toml")
    assert code == 1
    assert "Error: " in text
    assert "Hint: " in text
    assert call("status")[1] != ""


def test_quiet_hides_hints_that_are_no_errors(folder):
    (folder / "empty.jsonl").write_text("\n")
    assert "Hint: " in call("ingest", "empty.jsonl")[1]
    assert call("ingest", "empty.jsonl", "-q") == (0, "")
