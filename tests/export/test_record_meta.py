"""What `meta` says of a record, and what it must not say."""

import json

import polars as pl
import pytest

from tests.support import kept
from tests.support.exports_by_hand import NAMES, lines, recipe, write_export
from workbench import export
from workbench.export import encodings
from workbench.export.manifest import Manifest
from workbench.export.record_meta import Meta

#: What the scores say of thread 1.
SCORES = {
    "representative_id": 30,
    "language": "en",
    "suitability": 0.87,
    "similarity": 0.4321,
    "twins": 2,
}


def write(turns, folder, *names, **options):
    """Write an export with scores, and return its manifest."""
    types = {"suitability": pl.Float32, "similarity": pl.Float32, "twins": pl.UInt32}
    scores = kept.threads(turns).with_columns(
        pl.lit(value, types.get(name)).alias(name) for name, value in SCORES.items()
    )
    return export.from_selection(
        turns,
        scores,
        kept.verdicts(turns, removed=(20,)),
        recipe=recipe(*names, **options),
        folder=folder,
        provenance={},
        secret=b"s" * 32,
        answers=kept.answers(turns),
    )


def test_meta_names_the_tweets_and_scores_of_a_record(turns, tmp_path):
    write(turns, tmp_path / "pack", "messages", meta="record")
    record, _ = lines(tmp_path / "pack" / "messages.jsonl")
    assert record["meta"] == {
        "thread_id": "1",
        "tweet_ids": ["1", "5"],
        "language": "en",
        "suitability": 0.87,
        "similarity": 0.4321,
        "answers": [0.9],
        "near_duplicates": 2,
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_sidecar_has_the_same_records_in_the_same_order(turns, tmp_path, name):
    write(turns, tmp_path / "in", name, meta="record", paths="all", validation=0.3)
    manifest = write(turns, tmp_path / "beside", name, meta="sidecar", paths="all", validation=0.3)
    sidecars = {entry.describes: entry for entry in manifest.files if entry.describes}
    data = [entry for entry in manifest.files if entry.format == name]
    assert list(sidecars) == [entry.name for entry in data]
    for entry in data:
        sidecar = sidecars[entry.name]
        described, metas = (
            list(encodings.read(tmp_path / place / file, encoding=entry.encoding))
            for place, file in (("in", entry.name), ("beside", sidecar.name))
        )
        own = {"post_id"} if name == "dialog" else set()
        assert metas == [
            {key: value for key, value in record["meta"].items() if key not in own}
            for record in described
        ]
        assert sidecar.records == entry.records == len(metas)
        for meta in metas:
            Meta.model_validate(meta)
    for place in ("in", "beside"):
        assert export.verify(tmp_path / place).problems == ()


@pytest.mark.parametrize("meta", ["record", "sidecar"])
@pytest.mark.parametrize("name", ["messages", "preference", "kto", "oasst"])
def test_deletions_cover_every_tweet_that_meta_names(turns, tmp_path, name, meta):
    write(turns, tmp_path / "pack", name, meta=meta)
    stem = "messages" if name == "messages" else name
    file = f"{stem}.meta.jsonl" if meta == "sidecar" else f"{stem}.jsonl"
    records = lines(tmp_path / "pack" / file)
    metas = records if meta == "sidecar" else [record["meta"] for record in records]
    named = {int(tweet_id) for each in metas for tweet_id in each["tweet_ids"]}
    assert named
    deleted = export.verify(tmp_path / "pack", deleted=pl.LazyFrame({"tweet_id": sorted(named)}))
    assert set(deleted.deleted) == named


def test_meta_names_no_author(turns, tmp_path):
    write(turns, tmp_path / "pack", *NAMES, meta="record")
    for path in (tmp_path / "pack").iterdir():
        if path.suffix == ".jsonl":
            assert "name7" not in path.read_text()
    keys = set(Meta.model_fields)
    assert keys == {
        *("thread_id", "tweet_ids", "language", "suitability", "similarity"),
        *("answers", "near_duplicates"),
    }
    card = (tmp_path / "pack" / "README.md").read_text()
    assert "not anonymous" in " ".join(card.split())


def test_verify_finds_a_sidecar_that_lacks_a_line(turns, tmp_path):
    write(turns, tmp_path / "pack", "messages", meta="sidecar")
    path = tmp_path / "pack" / "messages.meta.jsonl"
    path.write_text(path.read_text().split("\n", 1)[1])
    problems = "\n".join(export.verify(tmp_path / "pack").problems)
    assert "1 lines instead of one for each record of messages.jsonl" in problems


def test_verify_finds_a_record_without_its_meta(turns, tmp_path):
    write(turns, tmp_path / "pack", "alpaca", meta="record")
    path = tmp_path / "pack" / "alpaca.jsonl"
    records = [record | {"meta": {}} for record in lines(path)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert any("meta.thread_id: Field required" in p for p in export.verify(path.parent).problems)


def test_manifests_of_earlier_versions_are_read(turns, tmp_path):
    write(turns, tmp_path / "pack", "messages")
    path = tmp_path / "pack" / "manifest.json"
    old = json.loads(path.read_text())
    for name in ("meta", "splits", "split_by", "preferred_by", "margin", "kto_good", "kto_bad"):
        del old[name]
    for entry in old["files"]:
        del entry["left_out"], entry["describes"]
    path.write_text(json.dumps(old | {"format": 1}))
    assert Manifest.load(tmp_path / "pack").meta == "none"
    assert export.verify(tmp_path / "pack").is_ok


def test_near_duplicates_are_in_one_split(tmp_path):
    many = kept.turns(
        *(
            [kept.turn(n, None, 7, "how?"), kept.turn(n + 1, n, 8, f"like this {n}")]
            for n in range(100, 300, 2)
        )
    )
    write(many, tmp_path / "pack", "messages", validation=0.5)
    sizes = [
        len(lines(tmp_path / "pack" / f"messages.{split}.jsonl"))
        for split in ("train", "validation")
    ]
    assert sorted(sizes) == [0, 100]
    write_export(many, tmp_path / "alone", recipe=recipe("messages", validation=0.5))
    assert len(lines(tmp_path / "alone" / "messages.train.jsonl")) not in (0, 100)
    assert "are in one split" in " ".join((tmp_path / "pack" / "README.md").read_text().split())
    assert "may be in several splits" in (tmp_path / "alone" / "README.md").read_text()
