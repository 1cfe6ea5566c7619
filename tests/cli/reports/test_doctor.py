"""Check how faults are shown."""

from pathlib import Path

from workbench.cli.reports import doctor as reports
from workbench.pipeline.doctor import Fault, Repair

FAULT = Fault(Path("ws/a\x1b[31m"), "is damaged: x\x07", "put a copy in its place")


def test_hostile_names_cannot_reach_the_terminal():
    shown = reports.text(Path("ws"), Repair([], [], [FAULT])).plain
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "Put a copy in its place." in shown
    assert shown.endswith("1 fault, which only you can mend.")


def test_a_record_lists_everything():
    record = reports.record(Path("ws"), Repair([FAULT], [], []), note="later")
    assert record["sound"]
    assert record["note"] == "later"
    assert record["mended"][0]["is_safe_to_mend"] is False
