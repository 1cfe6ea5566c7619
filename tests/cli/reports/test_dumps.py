"""Check the report on rejected lines."""

import io
import tarfile

from tests.support.command_line import call
from workbench.cli.output import console


def tar_of(path, **members):
    with tarfile.open(path, "w") as bundle:
        for name, data in members.items():
            info = tarfile.TarInfo(f"2019/{name}.json.bz2")
            info.size = len(data)
            bundle.addfile(info, io.BytesIO(data))


def test_rejects_fit_into_a_narrow_terminal(folder):
    deep = folder / "a-folder-with-a-name" / "and-another-one-below-it" / "which-goes-on-and-on"
    deep.mkdir(parents=True)
    names = {"20190703/20190703062157": b"no JSON at all, however long it may go on\n"}
    tar_of(deep / "twitter-stream-20190703.tar", **names)
    call("ingest", deep / "twitter-stream-20190703.tar")
    shown = call("ledger", "--rejects")[1].splitlines()
    assert all(len(line) <= 80 for line in shown)
    assert [line.strip() for line in shown[:3]] == [
        "of no known format: not a JSON object: 1 line",
        "2019/20190703/20190703062157.json.bz2:1 in twitter-stream-20190703.tar",
        "no JSON at all, however long it may go on",
    ]


def test_formats_name_years_and_gaps(folder, monkeypatch):
    # A variable is not enough: a terminal that calls itself dumb is always 80 wide.
    monkeypatch.setattr(console, "_width", 160)
    monkeypatch.setattr(console, "_height", 40)
    code, output = call("formats")
    assert code == 0
    lines = {line.split()[0]: line for line in output.splitlines() if line.strip()}
    assert "2017 to 2022" in lines["twint"]
    assert "parent ids: threads by conversation only" in lines["twint"]
    assert "[ingest.columns]" in lines["columns"]
    assert "Open-Assistant message trees" in lines["oasst"]
