"""The ledger explains the status of each member."""

import polars as pl
import pytest

from workbench.archives.member import link
from workbench.schemas import Ledger, MemberStatus
from workbench.schemas.ledger import OUTCOMES

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


@pytest.mark.parametrize("status", MemberStatus)
def test_ledger_has_a_reason_exactly_for_members_not_read_whole(status):
    rows = ledger_rows().with_columns(status=pl.lit(status, dtype=pl.Enum(MemberStatus)))
    valid = Ledger.filter(rows)[0]
    expected = [0] if status is MemberStatus.WHOLE else [1, 2]
    assert valid["member"].to_list() == expected
