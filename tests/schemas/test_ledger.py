"""The status of members, also in ledgers that were written before it existed."""

import polars as pl
import pytest

from workbench.archives.member import link
from workbench.schemas import Ledger, MemberStatus, with_status
from workbench.schemas.ledger import OUTCOMES
from workbench.storage import Workspace

DAMAGE = [None, "gz unreadable after 5 decompressed bytes", link("a", "b").refusal]
STATUS = [MemberStatus.WHOLE, MemberStatus.DAMAGED, MemberStatus.SKIPPED]


def ledger_rows() -> pl.DataFrame:
    counts = dict.fromkeys(["lines", *OUTCOMES, "embedded", "size"], 0)
    rows = [
        {"member": number, "content_hash": str(number), "archive": "a", "name": str(number)}
        | {
            **counts,
            "notice_kinds": [],
            "reject_reasons": [],
            "odd_fields": [],
            "unread_fields": [],
            "seconds": 0.0,
            "damage": damage,
        }
        for number, damage in enumerate(DAMAGE)
    ]
    return pl.DataFrame(rows, schema=Ledger.create_empty().schema).with_columns(
        status=pl.Series(STATUS, dtype=pl.Enum(MemberStatus))
    )


def test_workspace_of_format_1_is_read_with_a_status(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.write("ledger", ledger_rows().drop("status"))
    assert workspace.read("ledger").equals(ledger_rows())
    Ledger.validate(workspace.read("ledger"))


def test_with_status_keeps_a_status_and_fills_in_missing_ones():
    other = ledger_rows().with_columns(
        status=pl.Series(["damaged", None, None], dtype=pl.Enum(MemberStatus))
    )
    filled = with_status(other.lazy()).collect()["status"].to_list()
    assert filled == ["damaged", "damaged", "skipped"]


@pytest.mark.parametrize("status", MemberStatus)
def test_ledger_has_a_reason_exactly_for_members_not_read_whole(status):
    rows = ledger_rows().with_columns(status=pl.lit(status, dtype=pl.Enum(MemberStatus)))
    valid = Ledger.filter(rows)[0]
    expected = [0] if status is MemberStatus.WHOLE else [1, 2]
    assert valid["member"].to_list() == expected
