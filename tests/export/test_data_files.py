"""Files made of shards have the bytes of files that were written at once."""

import pytest

from tests.support import kept
from tests.support.exports_by_hand import SECRET
from tests.support.kept import turn
from workbench.export import batches, data_files
from workbench.export.data_files import DataFiles
from workbench.recipe import ExportSettings

TURNS = kept.turns(
    *[
        [
            turn(first, None, 7, f"why is the sky blue on day {first}?", likes=3),
            turn(first + 1, first, 8, "@name7 because of air, mail me@web.org", likes=1),
            turn(first + 3, first, 9, f"@name7 it reflects the sea {first}", likes=5),
        ]
        for first in range(10, 70, 10)
    ]
)


def batch_stream(settings):
    plan = batches.plan(
        kept.threads(TURNS), kept.verdicts(TURNS), turns_at_once=6, shares=settings.shares
    )
    return batches.read(
        TURNS,
        plan,
        targets=data_files.targets(settings, is_rated=True),
        settings=settings,
        secret=SECRET,
        answers=kept.answers(TURNS),
    )


@pytest.mark.parametrize(
    "options",
    [
        {"formats": ("oasst.jsonl.gz", "kto.jsonl.zst", "alpaca.parquet"), "meta": "record"},
        {"formats": ("messages", "instruction"), "meta": "sidecar", "validation": 0.4},
        {"formats": ()},
    ],
)
def test_shards_in_order_make_the_same_files(tmp_path, options):
    settings = ExportSettings(**options, replies="all")
    for name in ("whole", "joined"):
        (tmp_path / name).mkdir()
    with DataFiles(settings, folder=tmp_path / "whole", is_rated=True) as whole:
        for batch in batch_stream(settings):
            whole.write(batch)
    with DataFiles(settings, folder=tmp_path / "joined", is_rated=True) as joined:
        for number, batch in enumerate(batch_stream(settings)):
            data_files.write_shard([batch], settings=settings, folder=tmp_path / f"{number}")
            joined.append(tmp_path / f"{number}")

    assert number >= 2
    assert joined.described() == whole.described()
    for file in (tmp_path / "whole").iterdir():
        assert (tmp_path / "joined" / file.name).read_bytes() == file.read_bytes()
    assert whole.described()["privacy"]["email"] == 6


def test_formats_are_written_once_and_ids_last():
    names = ("ids", "messages.jsonl", "messages")

    targets = data_files.targets(ExportSettings(formats=names), is_rated=True)

    assert [target.file() for target in targets] == ["messages.jsonl", "ids.txt"]
