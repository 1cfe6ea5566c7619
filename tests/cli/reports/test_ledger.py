"""Check the report on the outcome of every line."""

import bz2
import io
import re
import tarfile

import polars as pl

from tests.support.command_line import call
from workbench import sample
from workbench.cli.reports import ledger
from workbench.storage import Workspace


def tar_of(path, **members):
    with tarfile.open(path, "w") as bundle:
        for name, data in members.items():
            info = tarfile.TarInfo(f"2019/{name}.json.bz2")
            info.size = len(data)
            bundle.addfile(info, io.BytesIO(data))


def test_ingest_of_the_same_archive_reads_nothing_again(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    assert "10 members known before" in call("ingest", "july.tar")[1]
    code, output = call("ledger")
    assert code == 0
    assert "1,000" in output
    ledger = Workspace.open("workspace").read("ledger")
    assert f"{ledger['embedded'].sum():,} inside others" in output
    kinds = ledger["notice_kinds"].list.explode().struct.unnest().drop_nulls()
    assert kinds.height
    for kind, count in kinds.group_by("kind").agg(pl.col("count").sum()).rows():
        assert f"{kind} {count}" in output


def test_ledger_shows_every_member_when_asked(folder, monkeypatch):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    names = Workspace.open("workspace").read("ledger")["name"].to_list()
    monkeypatch.setattr(ledger, "ROWS", 3)
    short, whole = call("ledger")[1], call("ledger", "--all")[1]
    assert f"july.tar ({len(names)})" in short
    assert "workbench ledger --all" in short
    assert not [name for name in names if name in short]
    assert all(name in whole for name in names)


def test_ledger_of_many_files_has_one_row_per_folder(folder, monkeypatch):
    monkeypatch.setattr("workbench.cli.reports.ledger.ROWS", 3)
    for place in ["a", "b"]:
        (folder / place).mkdir()
        for number in range(5):
            (folder / place / f"{number}.jsonl").write_text(f"no JSON {place} {number}\n" * 2)
    call("ingest", *sorted(map(str, folder.glob("*/*.jsonl"))))
    output = call("ledger")[1]
    assert output.count("(5)") == 2
    assert ".jsonl" not in output
    whole = call("ledger", "--all")[1]
    assert whole.count("of no known format") == 1
    assert "Rejected, of no known format: not a JSON object 20: " in whole


def test_ledger_explains_the_way_from_lines_to_kept_tweets(folder):
    truth = sample.write(folder / "july.tar", lines=3000)
    call("ingest", "july.tar")
    counts = Workspace.open("workspace").last_run("ingest").counts
    sums = Workspace.open("workspace").read("ledger").drop("member").sum().to_dicts()[0]
    output = " ".join(call("ledger")[1].split())
    carriers, notices, blank = (f"{sums[key]:,}" for key in ("carriers", "notices", "blank"))
    assert f"Other lines: {carriers} carriers" in output
    assert f"{notices} notices of the stream, {blank} blank." in output
    line = next(part for part in output.split(". ") if "records" in part)
    numbers = [int(n.replace(",", "")) for n in re.findall(r"[0-9][0-9,]*", line)][-7:]
    own, inside, seen, repeats, distinct, deleted, kept = numbers
    assert own + inside == seen
    assert seen - repeats == distinct == truth.distinct
    assert distinct - deleted == kept == counts["tweets"]


def test_ledger_all_shows_every_kind_and_line_of_a_member(folder):
    long = "no JSON at all, " * 12
    lines = [
        '{"delete":{"status":{"id":7}}}',
        '{"limit":{"track":1}}',
        *[f"{long}{n}" for n in range(9)],
    ]
    tar_of(folder / "x.tar", one=bz2.compress("\n".join(lines).encode()))
    call("ingest", "x.tar")
    short = " ".join(call("ledger", "--rejects")[1].split())
    assert "not JSON: 9 lines (--all shows more)" in short
    assert short.count("one.json.bz2:") == 5
    whole = " ".join(call("ledger", "--rejects", "--all")[1].split())
    for number in range(3, 12):
        assert f"2019/one.json.bz2:{number} in x.tar no JSON" in whole
    assert whole.count(long.strip()) == 9
    output = " ".join(call("ledger", "--all")[1].split())
    assert "Notices, limit 1: 2019/one.json.bz2 1" in output
    assert "Rejected, not JSON 9: 2019/one.json.bz2 9" in output
