"""A ledger whose texts are hostile."""

import polars as pl

from tests.support import fakes
from workbench.schemas import Ledger, Rejects


def hostile_accounts(workspace, *, members=50):
    """Write a ledger and rejects whose every text is hostile."""
    texts = pl.Series(fakes.HOSTILE)
    rows = pl.DataFrame({"member": range(members)}).with_columns(
        content_hash=pl.format("{}", "member"),
        archive=texts.gather(pl.Series(range(members)) % len(texts)),
        name=texts.gather((pl.Series(range(members)) + 1) % len(texts)),
        format=pl.lit(None, pl.String),
        lines=pl.col("member") + 1,
        rejected=pl.col("member") + 1,
        **{kind: pl.lit(0) for kind in ["tweets", "carriers", "deletions", "notices", "blank"]},
        embedded=pl.lit(0),
        notice_kinds=pl.lit([], Ledger.create_empty().schema["notice_kinds"]),
        odd_fields=pl.lit([], Ledger.create_empty().schema["odd_fields"]),
        unread_fields=pl.lit([], Ledger.create_empty().schema["unread_fields"]),
        reject_reasons=pl.concat_list(
            pl.struct(
                kind=pl.lit("not_json"), reason=pl.lit(fakes.HOSTILE[0]), count=pl.col("member") + 1
            )
        ),
        size=pl.lit(1),
        seconds=pl.lit(0.0),
        status=pl.when(pl.col("member") == 7).then(pl.lit("damaged")).otherwise(pl.lit("whole")),
        damage=pl.when(pl.col("member") == 7).then(pl.lit(fakes.HOSTILE[1])),
    )
    workspace.write("ledger", Ledger.validate(rows, cast=True))
    rejected = rows.select(
        "member",
        line=pl.lit(3),
        kind=pl.when(pl.col("member") < 5).then(pl.lit("not_json")).otherwise(pl.lit("too_long")),
        reason=pl.lit(fakes.HOSTILE[0]),
        excerpt="name",
    )
    workspace.write("rejects", Rejects.validate(rejected, cast=True))
