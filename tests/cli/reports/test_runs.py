"""Check the report on the state of each stage."""

from tests.support import fakes
from tests.support.command_line import call


def test_status_reports_no_damage_if_the_record_counts_none(folder):
    fakes.settle(fakes.workspace(folder / "workspace", threads=5))
    code, output = call("status")
    assert (code, "damaged" in output) == (0, False)
