"""The ledger and the rejected lines at Home."""

import polars as pl
import pytest

from tests.support import browser as browsers
from tests.support import fakes
from tests.support.home import hostile_accounts
from workbench.dashboard.home import ledger
from workbench.storage import Workspace


@pytest.fixture
def workspace(tmp_path):
    """Three archives of 50 members; the counts of a member are its number plus one."""
    opened = Workspace.create(tmp_path / "ws")
    hostile_accounts(opened)
    return opened


def test_archives_are_grouped_with_totals(workspace):
    shown = ledger.answer(workspace, {})
    assert shown["total"][0] == 50
    assert shown["total"][1] == 50 * 51 // 2
    assert len(shown["rows"]) == len(fakes.HOSTILE)
    assert sum(row["counts"][0] for row in shown["rows"]) == 50
    assert shown["range"] == "1 to 8 of 8 archives"
    assert "\u202e" not in str(shown)


def test_archives_are_sorted_by_value(workspace):
    lines = 1
    for descending in (True, False):
        rows = ledger.answer(workspace, {"sort": "lines", "descending": descending})["rows"]
        counts = [row["counts"][lines] for row in rows]
        assert counts == sorted(counts, reverse=descending)
    assert ledger.answer(workspace, {"sort": "nonsense"}) == ledger.answer(workspace, {})


def test_an_archive_opens_to_a_page_of_members(workspace):
    frame = workspace.read("ledger").with_columns(archive=pl.lit("a.tar"))
    workspace.write("ledger", frame)
    opened = ledger.answer(workspace, {"open": "a.tar", "member_page": 99})["members"]
    assert opened["range"] == "41 to 50 of 50 members"
    assert len(opened["rows"]) == 10
    assert ledger.answer(workspace, {"open": "b.tar"})["members"]["rows"] == []


def test_a_filter_counts_only_what_matches(workspace):
    damaged = ledger.answer(workspace, {"damaged": True})
    assert damaged["total"][0] == 1
    assert damaged["rows"][0]["counts"][-1] == 1
    assert ledger.answer(workspace, {"words": "ONERROR pwned"})["total"][0] > 0
    assert ledger.answer(workspace, {"words": "no such name"})["rows"] == []


@pytest.mark.browser
def test_the_ledger_opens_sorts_and_filters_by_keyboard(tmp_path, chromium):
    opened = Workspace.create(tmp_path / "ws")
    hostile_accounts(opened, members=400)
    with browsers.serving("home.py", workspace=opened.root) as address:
        shown, abroad = browsers.open_page(chromium, f"{address}/?tab=Ledger")
        table = shown.get_by_test_id("ledger")
        table.get_by_text("All 400 members").wait_for()
        assert table.locator("tbody tr").count() == 1 + len(fakes.HOSTILE)
        table.get_by_role("button", name="Rejected").focus()
        shown.keyboard.press("Enter")
        table.get_by_role("columnheader", name="Rejected", exact=False).and_(
            shown.locator("[aria-sort=descending]")
        ).wait_for()
        first = table.locator("[aria-expanded]").first
        first.focus()
        shown.keyboard.press("Enter")
        table.locator("[aria-expanded=true]").wait_for()
        assert table.locator("tr.is-member").count() == ledger.ROWS + 1
        table.get_by_role("button", name="Next page of members").click()
        table.get_by_text("page 2 of 3").wait_for()
        table.get_by_role("searchbox", name="Filter").fill("no such name")
        table.get_by_text("All 0 members").wait_for()
        browsers.assert_harmless(shown, abroad)
        shown.close()


def test_rejects_are_filtered_by_kind(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    assert list(ledger.reject_kinds(workspace)) == ["any kind"]
    hostile_accounts(workspace)
    kinds = ledger.reject_kinds(workspace)
    assert kinds == {"any kind": None, f"not json: {50 * 51 // 2:,}": "not_json"}
    assert "1 to 20 of 50 rejected" in ledger.rejects(workspace).text
    shown = ledger.rejects(workspace, kind="not_json").text
    assert "1 to 5 of 5 rejected" in shown
    assert "<script" not in shown
    assert "https:" not in shown
