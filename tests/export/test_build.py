"""Packs: what an export writes, and that it can be trusted."""

import json
import stat
from datetime import datetime
from functools import partial

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import kept
from tests.support.kept import turn
from workbench import export
from workbench.exceptions import ExportError, WorkspaceError
from workbench.export.formats import FORMATS
from workbench.export.manifest import Manifest
from workbench.recipe import ExportSettings, Recipe
from workbench.storage import Workspace

SECRET = b"s" * 32
NAMES = tuple(name for name in FORMATS if name != "ids")


def recipe(*formats, **options):
    return Recipe(export=ExportSettings(formats=formats or ("messages",), **options))


@pytest.fixture
def turns():
    return kept.turns(
        [
            turn(1, None, 7, "why is the sky blue? ask @zoe", likes=3),
            turn(2, 1, 8, "@name7 because of air, mail me@web.org", likes=1),
            turn(3, 2, 7, "@name8 and at night?", likes=0),
            turn(4, 3, 8, "@name7 no sun"),
            turn(5, 1, 9, "@name7 it reflects the sea https://t.co/x", likes=5),
        ],
        [turn(20, None, 7, "removed thread"), turn(21, 20, 8, "@name7 never seen")],
        [turn(30, None, 9, "how do I cook rice?", lang="und"), turn(31, 30, 7, "@name9 steam it")],
        [turn(40, None, 9, "who is there?"), turn(41, 40, 7, "@name9 https://t.co/picture")],
    )


def packed(turns, folder, *, recipe, removed=(20,), **options):
    return export.from_selection(
        turns,
        kept.threads(turns.lazy().collect()),
        kept.verdicts(turns.lazy().collect(), removed=removed),
        recipe=recipe,
        folder=folder,
        provenance={"turns": "abc"},
        secret=SECRET,
        **options,
    )


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def data(pack):
    """Bytes of all files but the manifest, which holds the time."""
    return {path.name: path.read_bytes() for path in pack.iterdir() if path.name != "manifest.json"}


def test_from_selection_writes_a_whole_pack(turns, tmp_path):
    manifest = packed(turns, tmp_path / "pack", recipe=recipe("oasst", "messages"))
    names = {path.name for path in (tmp_path / "pack").iterdir()}
    assert names == {
        *["oasst.jsonl", "messages.jsonl", "ids.txt"],
        *["recipe.toml", "README.md", "manifest.json"],
    }
    assert {path.name for path in tmp_path.iterdir()} == {"pack"}
    assert Manifest.load(tmp_path / "pack") == manifest
    assert Recipe.load(tmp_path / "pack" / "recipe.toml") == recipe("oasst", "messages")
    assert export.verify(tmp_path / "pack").is_ok


def test_from_selection_writes_clean_messages_of_kept_threads(turns, tmp_path):
    packed(turns, tmp_path / "pack", recipe=recipe(paths="all"))
    found = [
        [message["content"] for message in record["messages"]]
        for record in lines(tmp_path / "pack" / "messages.jsonl")
    ]
    assert found == [
        ["why is the sky blue? ask @user4", "it reflects the sea [link]"],
        [
            "why is the sky blue? ask @user4",
            "because of air, mail [email]",
            "and at night?",
            "no sun",
        ],
        ["how do I cook rice?", "steam it"],
    ]


def test_from_selection_tells_the_truth_in_the_manifest(turns, tmp_path):
    manifest = packed(turns, tmp_path / "pack", recipe=recipe("messages", "dialog", paths="all"))
    assert datetime.fromisoformat(manifest.created_at).tzinfo is not None
    told = manifest.model_dump(
        include={
            *["threads_seen", "threads_kept", "threads_written", "turns_kept", "tweets"],
            *["cut", "privacy", "provenance", "roles", "paths", "recipe"],
        }
    )
    assert told == {
        "threads_seen": 4,
        "threads_kept": 3,
        "threads_written": 2,
        "turns_kept": 9,
        "tweets": 7,
        # The reply of a picture only says nothing; its thread has no assistant without it.
        "cut": {
            "alternating": {"no_text_left": 1, "without_role": 1},
            "whole": {"no_text_left": 1, "without_role": 1},
        },
        "privacy": {"email": 1, "leading": 6, "link": 2, "mention": 1},
        "provenance": {"turns": "abc"},
        "roles": "dialogue",
        "paths": "all",
        "recipe": recipe("messages", "dialog", paths="all").digest(),
    }
    assert manifest.rules == [
        {
            "rule": "turns",
            "title": "Turns",
            "removed_first": 1,
            "removed_at_all": 1,
            "removed_only": 1,
        }
    ]
    messages, dialog = manifest.files[:2]
    assert (messages.records, messages.turns, messages.distinct_turns) == (3, 8, 7)
    assert messages.repetition == pytest.approx(8 / 7)
    assert (dialog.records, dialog.turns, dialog.repetition) == (2, 7, 1)
    assert messages.words > dialog.words > 0


def test_ids_are_those_of_the_tweets_that_the_files_hold(turns, tmp_path):
    def ids(*formats, **options):
        pack = tmp_path / "-".join([*formats, *options.values()])
        packed(turns, pack, recipe=recipe(*formats, **options))
        return [int(line) for line in (pack / "ids.txt").read_text().split()]

    assert ids("messages") == [1, 5, 30, 31]
    assert ids("messages", paths="all") == [1, 2, 3, 4, 5, 30, 31]
    assert ids("messages", "oasst") == [1, 2, 3, 4, 5, 30, 31]
    assert ids("alpaca", paths="all") == [1, 2, 5, 30, 31]
    assert ids("ids") == [1, 2, 3, 4, 5, 30, 31]


def test_a_pack_of_ids_holds_no_text(turns, tmp_path):
    manifest = packed(turns, tmp_path / "pack", recipe=recipe("ids", "ids.txt"))
    assert [file.name for file in manifest.files] == ["ids.txt", "recipe.toml", "README.md"]
    assert not any(b"sky" in content for content in data(tmp_path / "pack").values())
    assert export.verify(tmp_path / "pack").is_ok


def test_oasst_takes_the_language_of_the_thread_for_a_prompt_without(turns, tmp_path):
    facts = kept.threads(turns).with_columns(lang=pl.lit("en"))
    export.from_selection(
        turns.with_columns(pl.col("lang").replace("und", "mis")),
        facts,
        kept.verdicts(turns),
        recipe=recipe("oasst"),
        folder=tmp_path / "pack",
        provenance={},
        secret=SECRET,
    )
    trees = lines(tmp_path / "pack" / "oasst.jsonl")
    assert [tree["prompt"]["lang"] for tree in trees] == ["en"] * 3


def test_oasst_users_are_the_same_in_all_threads_and_are_nowhere_named(turns, tmp_path):
    packed(turns, tmp_path / "pack", recipe=recipe("oasst"))
    first, second = lines(tmp_path / "pack" / "oasst.jsonl")
    assert first["prompt"]["user_id"] == second["prompt"]["replies"][0]["user_id"]
    assert not any(b"name7" in content for content in data(tmp_path / "pack").values())


EVERYTHING = recipe(*NAMES, "messages.parquet", "oasst.jsonl.gz", "sharegpt.jsonl.zst", paths="all")


def test_two_runs_differ_in_the_time_of_the_manifest_only(turns, tmp_path):
    first = packed(turns, tmp_path / "a", recipe=EVERYTHING)
    second = packed(turns, tmp_path / "b", recipe=EVERYTHING)
    assert data(tmp_path / "a") == data(tmp_path / "b")
    assert first.model_copy(update={"created_at": ""}) == second.model_copy(
        update={"created_at": ""}
    )


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 99), turns_at_once=st.integers(1, 12), is_lazy=st.booleans())
def test_bytes_depend_neither_on_the_order_of_rows_nor_on_the_parts(
    turns, tmp_path_factory, seed, turns_at_once, is_lazy
):
    folder = tmp_path_factory.mktemp("packs")
    packed(turns, folder / "a", recipe=EVERYTHING)
    shuffled = turns.sample(fraction=1, shuffle=True, seed=seed)
    given_turns = shuffled.lazy() if is_lazy else shuffled
    packed(given_turns, folder / "b", recipe=EVERYTHING, turns_at_once=turns_at_once)
    assert data(folder / "a") == data(folder / "b")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("paths", ["best", "all"])
def test_preview_gives_exactly_what_is_written(turns, tmp_path, name, paths):
    chosen = recipe(name, paths=paths)
    packed(turns, tmp_path / "pack", recipe=chosen)
    file = tmp_path / "pack" / f"{name}.{FORMATS[name].ENCODINGS[0]}"
    whole = pl.read_parquet(file).to_dicts() if file.suffix == ".parquet" else lines(file)
    facts, verdicts = kept.threads(turns), kept.verdicts(turns, removed=(20,))
    for limit in (0, 1, 100):
        shown = export.preview(turns, facts, verdicts, recipe=chosen, secret=SECRET, limit=limit)
        assert shown == whole[:limit]


def test_preview_of_nothing_kept_is_empty(turns):
    nothing = kept.verdicts(turns, removed=(1, 20, 30, 40))
    assert export.preview(turns, kept.threads(turns), nothing, recipe=recipe(), secret=SECRET) == []


def test_splits_share_no_thread(turns, tmp_path):
    many = [
        [turn(n, None, 7, f"question {n}?"), turn(n + 1, n, 8, f"answer {n}")]
        for n in range(100, 300, 2)
    ]
    manifest = packed(
        kept.turns(*many), tmp_path / "pack", recipe=recipe("messages", "oasst", validation=0.3)
    )
    names = [file.name for file in manifest.files if file.split]
    assert names == [
        f"{n}.{s}.jsonl" for n in ("messages", "oasst") for s in ("train", "validation")
    ]
    train, validation = (
        {record["messages"][0]["content"] for record in lines(tmp_path / "pack" / name)}
        for name in names[:2]
    )
    assert (len(train) + len(validation), len(train & validation)) == (100, 0)
    assert 15 < len(validation) < 45
    trees = lines(tmp_path / "pack" / names[3])
    assert {tree["prompt"]["text"] for tree in trees} == validation
    assert export.verify(tmp_path / "pack").is_ok


@pytest.mark.parametrize("policy", ["author", "dialogue", "first_reply"])
def test_every_policy_gives_records_that_fit_their_models(turns, tmp_path, policy):
    manifest = packed(turns, tmp_path / "pack", recipe=recipe(*NAMES, roles=policy, paths="all"))
    found = export.verify(tmp_path / "pack")
    assert found.is_ok
    assert found.records == sum(file.records or 0 for file in manifest.files)
    # No tweet of a kept thread is lost uncounted; formats of whole trees hold what is not cut.
    assert manifest.turns_kept == manifest.tweets + sum(manifest.cut["whole"].values())


def test_the_card_is_read_by_the_datasets_library(turns, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    load = partial(datasets.load_dataset, split="train", cache_dir=str(tmp_path / "cache"))
    packed(turns, tmp_path / "pack", recipe=recipe("messages", "instruction", "alpaca.jsonl.zst"))
    for name, column in (("messages", "messages"), ("alpaca", "instruction")):
        found = load(str(tmp_path / "pack"), name)
        assert found.num_rows == 2
        assert column in found.column_names
    card = (tmp_path / "pack" / "README.md").read_text()
    assert "\n`instruction.parquet`: only by its name" in card
    packed(turns, tmp_path / "parquet", recipe=recipe("instruction"))
    assert "only by its name" not in (tmp_path / "parquet" / "README.md").read_text()
    assert load(str(tmp_path / "parquet"), "instruction").num_rows == 2


def test_the_card_says_what_the_terms_are_and_what_was_counted(turns, tmp_path):
    packed(turns, tmp_path / "pack", recipe=recipe("messages", paths="all"))
    card = (tmp_path / "pack" / "README.md").read_text()
    assert card.startswith("---\npretty_name:")
    assert '- "en"\n' in card
    for words in ("June 2025", "as ids only", "| Turns | 1 | 1 | 1 |", "| 3 | 8 | 7 | 1.14 |"):
        assert words in card


# ---- refusals ----


def test_from_selection_refuses_a_pack_that_is_there(turns, tmp_path):
    packed(turns, tmp_path / "pack", recipe=recipe())
    before = data(tmp_path / "pack")
    with pytest.raises(ExportError, match="exists already"):
        packed(turns, tmp_path / "pack", recipe=recipe("oasst"))
    assert data(tmp_path / "pack") == before
    packed(turns, tmp_path / "pack", recipe=recipe("oasst"), overwrite=True)
    assert "oasst.jsonl" in data(tmp_path / "pack")
    assert "messages.jsonl" not in data(tmp_path / "pack")


def test_from_selection_never_overwrites_what_is_no_pack(turns, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(ExportError, match="no export pack"):
        packed(turns, tmp_path / "home", recipe=recipe(), overwrite=True)
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize(
    ("chosen", "removed", "complaint"),
    [
        (recipe("chatml"), (), "no export format"),
        (recipe("oasst", "messages", "alpaca", paths="tree"), (), "write as messages, alpaca"),
        (recipe(), (1, 20, 30, 40), "None of 4 threads"),
    ],
)
def test_from_selection_refuses_and_leaves_nothing(turns, tmp_path, chosen, removed, complaint):
    with pytest.raises(ExportError, match=complaint):
        packed(turns, tmp_path / "pack", recipe=chosen, removed=removed)
    assert list(tmp_path.iterdir()) == []


def test_paths_tree_suits_formats_of_trees(turns, tmp_path):
    packed(turns, tmp_path / "pack", recipe=recipe("oasst", "oasst_messages", paths="tree"))
    assert export.verify(tmp_path / "pack").is_ok


def test_from_selection_refuses_a_selection_older_than_the_threads(turns, tmp_path):
    facts, verdicts = kept.threads(turns), kept.verdicts(turns)
    for stale_turns, stale_facts in (
        (turns.filter(pl.col("thread_id") != 30), facts),
        (turns, facts.filter(pl.col("thread_id") != 30)),
    ):
        with pytest.raises(ExportError, match="1 of 4 kept threads"):
            export.from_selection(
                stale_turns,
                stale_facts,
                verdicts,
                recipe=recipe(),
                folder=tmp_path / "pack",
                provenance={},
                secret=SECRET,
            )
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", ".hidden", "a b", "x" * 101, "é"])
def test_check_name_refuses_what_is_no_plain_name(name):
    with pytest.raises(ExportError, match="cannot be the name"):
        export.check_name(name)


def test_check_name_takes_plain_names():
    export.check_name("first-pack_2.1")


# ---- verify ----


@pytest.fixture
def pack(turns, tmp_path):
    chosen = recipe("messages", "oasst.jsonl.gz", "sharegpt.jsonl.zst", "instruction")
    packed(turns, tmp_path / "pack", recipe=chosen)
    return tmp_path / "pack"


def test_verify_names_the_deleted_tweets_that_a_pack_holds(pack):
    found = export.verify(pack, deleted=pl.LazyFrame({"tweet_id": [99, 31, 5, 20]}))
    assert (found.deleted, found.problems, found.is_ok) == ((5, 31), (), False)


def test_verify_finds_a_changed_record(pack):
    path = pack / "messages.jsonl"
    path.write_text(path.read_text().replace('"role":"user"', '"role":"robot"', 1))
    problems = "\n".join(export.verify(pack).problems)
    assert "messages.jsonl: changed since it was written" in problems
    assert "record 1: messages.0.role: Input should be 'user' or 'assistant'" in problems


@pytest.mark.parametrize(
    "name", ["messages.jsonl", "oasst.jsonl.gz", "sharegpt.jsonl.zst", "instruction.parquet"]
)
@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda b: b"", lambda b: b"{" * 3000 + b])
def test_verify_survives_damaged_files(pack, name, damage):
    path = pack / name
    path.write_bytes(damage(path.read_bytes()))
    assert any(problem.startswith(name) for problem in export.verify(pack).problems)


def test_verify_finds_missing_and_stray_files(pack):
    (pack / "messages.jsonl").unlink()
    (pack / "notes.txt").write_text("mine")
    problems = export.verify(pack).problems
    assert problems == (
        "messages.jsonl: missing, or no plain file of the pack.",
        "notes.txt: not in the manifest.",
    )


def test_verify_follows_no_path_out_of_the_pack(pack):
    manifest = json.loads((pack / "manifest.json").read_text())
    manifest["files"][0]["name"] = "../secret"
    (pack.parent / "secret").write_text("{}")
    (pack / "manifest.json").write_text(json.dumps(manifest))
    assert "../secret: missing, or no plain file of the pack." in export.verify(pack).problems


@pytest.mark.parametrize("line", [b"hello world", b"9" * 5000, b"\xff\xfe,\x00", b'"5', b""])
def test_verify_counts_lines_that_hold_no_id_and_reads_the_others(pack, line):
    path = pack / "ids.txt"
    path.write_bytes(line + b"\n" + path.read_bytes())
    found = export.verify(pack, deleted=pl.LazyFrame({"tweet_id": [5]}))
    lines = path.read_bytes().count(b"\n")
    assert f"ids.txt: 1 of {lines} lines hold no id." in found.problems
    assert found.deleted == (5,)


def test_verify_refuses_what_is_no_pack(tmp_path):
    with pytest.raises(ExportError, match="no manifest"):
        export.verify(tmp_path)


# ---- the key of the workspace ----


def test_secret_is_made_once_and_for_the_owner_only(tmp_path):
    workspace = Workspace.create(tmp_path / "w")
    secret = workspace.secret
    assert len(secret) == 32
    assert Workspace.open(tmp_path / "w").secret == secret
    (path,) = (tmp_path / "w" / "private").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Workspace.create(tmp_path / "v").secret != secret


def test_secret_is_not_replaced_when_damaged(tmp_path):
    workspace = Workspace.create(tmp_path / "w")
    assert workspace.secret
    (tmp_path / "w" / "private" / "secret").write_bytes(b"short")
    with pytest.raises(WorkspaceError, match="5 bytes, not 32"):
        _ = workspace.secret
