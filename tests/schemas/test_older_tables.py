"""Tables of older versions are read as the current version writes them."""

import polars as pl

from tests.schemas.test_ledger import ledger_rows
from workbench.schemas import Ledger, MemberStatus, Rejects, complete
from workbench.storage import Workspace


def test_workspace_of_format_1_is_read_with_a_status(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    workspace.write("ledger", ledger_rows().drop("status"))
    assert workspace.read("ledger").equals(ledger_rows())
    Ledger.validate(workspace.read("ledger"))


def test_a_status_is_kept_and_missing_ones_are_filled_in():
    other = ledger_rows().with_columns(
        status=pl.Series(["damaged", None, None], dtype=pl.Enum(MemberStatus))
    )
    filled = complete("ledger", other.lazy()).collect()["status"].to_list()
    assert filled == ["damaged", "damaged", "skipped"]


def test_rejects_without_a_kind_are_read_as_others(tmp_path):
    workspace = Workspace.create(tmp_path / "workspace")
    row = {"member": 0, "line": 3, "reason": "not JSON", "excerpt": "{"}
    workspace.write("rejects", pl.DataFrame([row]))
    assert workspace.read("rejects").to_dicts() == [row | {"kind": "other"}]
    Rejects.validate(workspace.read("rejects"))
    old = pl.lit([{"kind": "not JSON", "count": 0}])
    workspace.write("ledger", ledger_rows().with_columns(reject_reasons=old))
    ledger = Ledger.validate(workspace.read("ledger"))
    assert ledger["reject_reasons"].to_list()[0] == [
        {"kind": "other", "reason": "not JSON", "count": 0}
    ]


def test_tables_that_never_changed_are_left_alone():
    frame = pl.LazyFrame({"tweet_id": [1]})
    assert complete("tweets", frame) is frame
