"""The ledger and the rejected lines at Home."""

from tests.support.home import hostile_accounts
from workbench.dashboard.home import ledger
from workbench.storage import Workspace


def test_ledger_shows_totals_and_a_page_of_rows(tmp_path):
    workspace = Workspace.create(tmp_path / "ws")
    assert "No dump" in ledger.ledger(workspace).text
    hostile_accounts(workspace)
    shown = ledger.ledger(workspace, page=2).text
    assert "21 to 40 of 50 members" in shown
    assert shown.count("<tr>") == 22
    assert f'<td class="wb-num">{50 * 51 // 2:,}</td>' in shown
    assert "41 to 50 of 50 members" in ledger.ledger(workspace, page=99).text
    first = ledger.ledger(workspace, order="Damaged first").text.split("<tr>")[3]
    assert "onerror" in first
    assert "<img" not in first
    most = ledger.ledger(workspace, order="Most rejected first").text.split("<tr>")[3]
    assert '<td class="wb-num">50</td>' in most


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
