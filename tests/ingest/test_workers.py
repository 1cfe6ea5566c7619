"""Ingest: nothing crashes it, every line is accounted for, and memory stays bounded."""

import bz2
import copy
import gzip
import itertools
import json
import os
import random
import subprocess
import sys
import time

import polars as pl
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.paths import ROOT
from tests.support.reading import lines, read
from workbench.archives import compression
from workbench.archives.member import Member, link
from workbench.exceptions import StageError
from workbench.ingest import formats, member_reader, tasks, tweet_records, workers
from workbench.ingest.collector import REJECTS_KEPT
from workbench.ingest.formats import twitterstream
from workbench.recipe import IngestSettings
from workbench.schemas import RawTweets

NEW = 1146307485200000000
USER = {"id": 7, "id_str": "7", "screen_name": "ann"}
STATUS = {
    "created_at": "Wed Jul 03 06:29:00 +0000 2019",
    "id": NEW,
    "id_str": str(NEW),
    "text": "why is the sky blue? &amp; so",
    "truncated": False,
    "user": USER,
    "lang": "en",
    "in_reply_to_status_id": NEW - 5,
    "in_reply_to_user_id": 8,
    "favorite_count": 0,
    "entities": {"hashtags": [{"text": "sky", "indices": [0, 4]}], "media": []},
    "extended_tweet": {"full_text": "why is the sky blue? " * 9, "entities": {"hashtags": []}},
    "quoted_status": {"id": NEW - 9, "text": "quoted", "user": USER, "favorite_count": 3},
}
SHAPES = [
    STATUS,
    {**STATUS, "retweeted_status": STATUS},
    {"delete": {"status": {"id": NEW, "user_id": 3}, "timestamp_ms": "1"}},
    {"limit": {"track": 5}},
    {"statuses": [STATUS, STATUS]},
    {
        "data": [{"id": "5", "text": "a", "author_id": "7", "public_metrics": {"like_count": 1}}],
        "includes": {"tweets": [{"id": "4", "text": "b"}], "users": [{"id": "7", "username": "x"}]},
        "errors": [{"title": "Not Found Error", "resource_type": "tweet"}],
    },
    {
        "id": "5",
        "text": "a",
        "author_id": "7",
        "referenced_tweets": [{"type": "quoted", "id": "1"}],
    },
    {
        "_type": "snscrape.modules.twitter.Tweet",
        "id": 5,
        "id_str": "5",
        "url": "u",
        "rawContent": "a",
        "user": {"id": 7, "username": "x"},
        "quotedTweet": {"id": 6, "rawContent": "b"},
        "media": {"photos": []},
    },
    {"id": 5, "url": "u", "content": "a", "media": [{}], "hashtags": ["x"]},
    {"id": 5, "conversation_id": "4", "tweet": "a", "username": "x", "hashtags": "['x']"},
    {"tweet": {"id": "5", "id_str": "5", "full_text": "a", "favorite_count": "3"}},
]
ODD = st.sampled_from(
    [None, True, -1, 0, 2**63, 10**400, 1e300, 1.5, "", "x", "9" * 5000, "\x00", [], {}, [[]]]
)


def _places(value: object, path: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else []
    if isinstance(value, list):
        inner = enumerate(value)
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


@st.composite
def _swapped(draw) -> bytes:
    """A record of a real shape with one or two fields of another type."""
    record = json.loads(json.dumps(draw(st.sampled_from(SHAPES))))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(_places(record)))
        odd = copy.deepcopy(draw(ODD))  # else a list put into a record is changed in it
        if not place:
            return json.dumps(odd).encode()
        inner = record
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = odd
    return json.dumps(record).encode()


@st.composite
def _damaged(draw) -> bytes:
    """A record of a real shape that was cut, flipped or doubled."""
    record = bytearray(json.dumps(draw(st.sampled_from(SHAPES))).encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(record) - 1))
        kind = draw(st.sampled_from(["flip", "cut", "insert"]))
        if kind == "flip":
            record[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut" and at:
            del record[at:]
        else:
            record[at:at] = draw(st.sampled_from([b'"', b"{", b"\\ud800", b"\xff", b"\x00", b"9"]))
    return bytes(record).replace(b"\n", b" ")


NESTED = [
    b'{"id": 5, "text": "a", "user": {}, "z": ' + b"[" * 100_000,
    b'{"id": 5, "text": "a", "user": {}, "z": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"quoted_status": ' * 100_000 + b"1" + b"}" * 100_000,
    b'{"data": ' * 50_000 + b"1" + b"}" * 50_000,
    b'{"data": {"0": ' * 50_000 + b"1" + b"}}" * 50_000,
    b'{"statuses": [' * 50_000 + b"]}" * 50_000,
    b'{"tweet": ' * 50_000 + b"1" + b"}" * 50_000,
    b'{"data": [' * 300 + b"]}" * 300,
    b'{"statuses": [' * 300 + b"]}" * 300,
]


def _nested() -> st.SearchStrategy[bytes]:
    # By number: hypothesis would write out what it draws from.
    few = [*NESTED, b"", b"#"]
    return st.integers(0, len(few) - 1).map(lambda number: few[number])


@given(
    records=st.lists(_swapped() | _damaged() | _nested(), max_size=12),
    first=st.sampled_from(SHAPES),
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_record_escapes_the_ledger(records, first):
    data = lines(first) + b"\n".join(records) + b"\n"
    frame, row = read(data)  # which checks that the sums hold
    assert row["lines"] >= 1 + len(records)
    assert row["damage"] is None
    assert row["tweets"] + row["embedded"] == frame.height
    assert RawTweets.is_valid(frame)
    assert len(row["rejects"]) == row["rejected"]
    assert row["format"] is not None


ODD_LINES = [
    *(b"", b"\r", b" ", b"#", b"{}", b"[]", b"7", b'{"id": 1}{"id": 2}', b'{"id": 3', b'{"id":'),
    b'{"id": 4, "text": "a", "user": {}, "delete": {"status": {"id": 5}}}',
    b'{"id": 1, "text": "a"}{"id": 9, "text": "a", "user":\n{"id": 2}}',
    b'{"id": 0, "text": "a"}',
    b'{"id": 99999999999999999999, "text": "a"}',
    b'{"id": 6, "text": "a", "favorite_count": -1}',
    b'{"id": 6}',
    b'{"text": "a"}',
    b'{"delete": {"status": {"id": -5}}}',
    b'{"delete": {"status": {}}}',
    b'{"delete": {"status": {"id": 7}}} ',
    b'{"delete": {"status": {"id": "7"}}}',
    b'{"delete": {"status": {"id_str": "7"}}, "id_str": "5", "text": "a"}',
    b'{"delete": {"status": {"id": null, "id_str": 7}}}',
    b'{"id_str": "6", "text": "a", "user": {"id_str": "7"}, "limit": 1}',
    b'{"id_str": "6", "text": "a", "user": {"id_str": "7"}}',
    b'{"id": "6", "text": "a", "delete": {"status": {"id": 6}}}',
    b'{"id": 8, "text": "a}',
    b'{"id": 8, "text": "\xff"}',
    *map(lines, [*SHAPES, *SHAPES]),
]


@given(
    records=st.lists(
        st.sampled_from(ODD_LINES).map(bytes.strip) | st.sampled_from(ODD_LINES), max_size=20
    ),
    ends=st.sampled_from([b"\n", b"\r\n"]),
    last=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_lines_read_at_once_give_what_they_give_one_by_one(records, ends, last):
    data = lines(STATUS) + ends.join(records) + ends * last
    settings = IngestSettings(format="twitterstream")
    at_once = read(data, settings=settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(twitterstream, "read_lines")
        one_by_one = read(data, settings=settings)
    for frame, row in (at_once, one_by_one):
        row["deleted"].sort()
        row["seconds"] = 0
        row["frame"] = frame.sort("tweet_id", "line", "is_embedded", "text").to_dicts()
    assert at_once[1] == one_by_one[1]


@pytest.mark.parametrize("record", NESTED)
@pytest.mark.parametrize("form", [None, *formats.FORMATS])
def test_deep_nesting_is_a_reject_in_every_format(record, form):
    _, row = read(record, settings=IngestSettings(format=form))
    assert row["rejected"] + row["carriers"] + row["tweets"] == row["lines"] >= 1


def test_lines_that_are_too_long_are_rejected_with_their_number():
    data = lines(STATUS) + b'{"text": "' + b"x" * 5000 + b'"}\n' + lines(STATUS)
    frame, row = read(data, settings=IngestSettings(max_line_bytes=4096))
    assert frame.height == 4
    assert row["rejects"] == [
        {"member": 0, "line": 2, "reason": "longer than 4,096 bytes", "excerpt": ""}
    ]


def test_blank_lines_in_the_millions_are_counted_in_little_time():
    began = time.process_time()
    frame, row = read(b"\n" * (20 << 20) + b" \r\n" * (1 << 20) + lines(STATUS))
    assert (frame.height, row["blank"], row["damage"]) == (2, 21 << 20, None)
    assert time.process_time() - began < 10


def test_json_that_is_not_closed_is_damage():
    whole = json.dumps([{**STATUS, "id": NEW + k} for k in range(20)]).encode()
    _, row = read(whole.replace(b'"lang"', b'lang"', 1))
    assert (row["lines"], row["rejected"]) == (1, 1)
    assert row["damage"] == f"the JSON is never closed: {len(whole) - 2:,} bytes unread"
    assert read(whole)[1]["damage"] is None


def test_rejects_are_kept_up_to_a_number_and_counted_all():
    _, row = read(lines(STATUS) + b"{odd\n" * (REJECTS_KEPT + 50))
    assert (len(row["rejects"]), row["rejected"]) == (REJECTS_KEPT, REJECTS_KEPT + 50)


def test_named_format_is_not_detected():
    data = lines({"id": 1, "text": "a", "author_id": 7})
    assert read(data)[1]["format"] == "api_v2"
    assert read(data, settings=IngestSettings(format="twitterstream"))[1]["tweets"] == 1


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_cut_member_keeps_what_came_before_and_says_where(pack):
    made = [
        {**STATUS, "id": NEW + k, "text": random.Random(k).randbytes(90).hex()} for k in range(3000)
    ]
    packed = pack(lines(*made))
    frame, row = read(packed[: len(packed) * 2 // 3])
    assert 500 < row["tweets"] < 3000
    assert row["rejected"] <= 1
    assert "the end is missing" in row["damage"]
    assert frame.height == row["tweets"] + row["embedded"]


def test_giant_texts_and_lists_of_hashtags_are_bounded():
    giant = {**STATUS, "extended_tweet": None, "text": "x" * (tweet_records.MOST_CHARACTERS + 1)}
    tags = [{"text": f"tag{number}"} for number in range(5000)]
    tagged = {**STATUS, "id": NEW + 1, "entities": {"hashtags": tags}}
    quoting = {**STATUS, "id": NEW + 2, "quoted_status": {**giant, "id": NEW + 3}}
    for data in (lines(giant, tagged, quoting), json.dumps([giant, tagged, quoting]).encode()):
        frame, row = read(data)
        own = frame.filter(~pl.col("is_embedded"))
        assert own["tweet_id"].to_list() == [NEW + 1, NEW + 2]
        assert own["hashtags"].list.len().to_list()[0] == tweet_records.MOST_HASHTAGS
        assert NEW + 3 not in frame["tweet_id"]
        assert row["reject_reasons"] == [
            {"kind": "text longer than 65,536 characters", "count": 1},
        ]


def test_refused_member_is_a_row_of_the_ledger(tmp_path):
    member = link("a.tar", "link")
    [task] = tasks.group([member], folder=tmp_path, settings=IngestSettings())
    assert tasks.perform(task).read == 1
    [path] = tmp_path.glob("*/ledger.parquet")
    found = pl.read_parquet(path)
    assert found.select("name", "lines", "status", "damage").row(0) == (
        *("link", 0, "skipped", member.refusal),
    )


def test_processes_end_when_the_parent_is_killed(tmp_path):
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from workbench.archives.member import Member\n"
        "from workbench.ingest import tasks, workers\n"
        "from workbench.recipe import IngestSettings\n"
        "def members():\n"
        "    yield Member('a', '0', tasks.TASK_BYTES, data=b'x')\n"
        "    print('begun', flush=True)\n"
        "    time.sleep(600)\n"
        "made = tasks.group(members(), folder=Path(sys.argv[1]), settings=IngestSettings())\n"
        "list(workers.run(made, workers=2))\n"
    )
    command = [sys.executable, "-c", code, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        children = psutil.Process(parent.pid).children()
        assert len(children) == 2
        parent.kill()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert all(child.status() == psutil.STATUS_ZOMBIE for child in alive)


def test_run_ends_when_one_of_its_processes_is_killed(tmp_path):
    def members():
        for number in itertools.count():
            if number == 12:
                psutil.Process().children()[0].kill()
            yield Member("a", str(number), tasks.TASK_BYTES, data=b"x" * 100_000)

    made = tasks.group(members(), folder=tmp_path, settings=IngestSettings())
    with pytest.raises(StageError, match=r"One of 2 processes(.|\n)*continue(.|\n)*`--workers`"):
        list(workers.run(made, workers=2))
    assert psutil.Process().children() == []


def test_run_raises_what_a_task_raises_in_its_process(tmp_path):
    member = Member("a", "0", 1, data=b"x")
    task = tasks.Task((member,), tmp_path / "file" / "folder", IngestSettings())
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        list(workers.run([task], workers=2))
    assert psutil.Process().children() == []


def test_run_leaves_the_environment_alone_and_limits_the_threads_of_its_processes(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    before = dict(os.environ)
    environments = []

    def waiting():
        yield from tasks.group(
            [Member("a", "0", 1, data=b"x")], folder=tmp_path, settings=IngestSettings()
        )
        environments.append(psutil.Process().children()[0].environ()["POLARS_MAX_THREADS"])
        assert dict(os.environ) == before

    assert [result.read for result in workers.run(waiting(), workers=2)] == [1]
    assert environments == ["1"]


def test_tasks_grow_and_hold_every_member_once(tmp_path):
    made = [Member("a", str(number), 1 << 20, data=b"") for number in range(300)]
    found = list(tasks.group(made, folder=tmp_path, settings=IngestSettings()))
    assert [member for task in found for member in task.members] == made
    assert [len(task.members) for task in found][:6] == [4, 8, 16, 32, 64, 64]


def test_tasks_become_smaller_towards_an_end_that_is_known(tmp_path):
    made = [Member("a", str(number), 1 << 20, data=b"") for number in range(300)]
    given = {"folder": tmp_path, "settings": IngestSettings()}
    found = list(tasks.group(made, **given, total=300 << 20, workers=2))
    assert [member for task in found for member in task.members] == made
    sizes = [len(task.members) for task in found]
    assert sizes[:5] == [4, 8, 16, 32, 60]
    assert sizes[5:] == sorted(sizes[5:], reverse=True)
    assert sizes[-3:-1] == [4, 4]
    # A total that is too small, as that of a compressed tar, does not cut everything to pieces.
    found = list(tasks.group(made, **given, total=20 << 20, workers=2))
    assert [len(task.members) for task in found] == [4, 4, 4, 4, 4, 64, 64, 64, 64, 24]


def test_rows_are_written_in_parts_so_that_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(member_reader, "ROWS_A_PART", 10)
    monkeypatch.setattr(compression, "CHUNK", 4000)
    wide = {**STATUS, "padding": "x" * 2000}
    data = lines(*({**wide, "id": NEW + number} for number in range(200)))
    member = Member("dump", "", len(data), data=data)
    [task] = tasks.group([member], folder=tmp_path, settings=IngestSettings())
    tasks.perform(task)
    first, *parts = [
        pl.read_parquet(path).height for path in sorted(tmp_path.glob("*/sightings-*"))
    ]
    assert first + sum(parts) == 400
    assert first <= 60  # the format is told from the first 64 KiB
    assert max(parts) <= 12


def test_tweets_of_a_page_have_the_line_of_the_page():
    frame, _ = read(lines(STATUS, {"statuses": [{**STATUS, "id": 9}]}))
    assert dict(frame.select("tweet_id", "line").rows())[9] == 2
