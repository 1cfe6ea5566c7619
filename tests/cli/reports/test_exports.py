"""Check the report on role policies."""

import json

from tests.support.command_line import FAST_RECIPE, call
from workbench import sample
from workbench.export.manifest import CARD, IDS, Manifest
from workbench.facets import thread_facts
from workbench.storage import Workspace

QUESTION = "How do I get candle wax out of a wool rug without a hot iron?"
ANSWER = "@ann Put an ice pack on it, wait ten minutes, then break the wax off with a spoon."
#: A recipe that keeps the small conversation below.
LOOSE = FAST_RECIPE.replace("0.2", "-1") + "[select.suitability]\nmin = 0\n[select.answer]\nmin = 0"


def write_conversation(path):
    """Write a conversation of four tweets; nobody knows what the last two answer."""
    turns = [(1, 7, "ann", QUESTION), (2, 8, "bob", ANSWER)]
    turns += [(3, 9, "cat", "@eve That ruined mine."), (4, 7, "ann", "No, it is too old.")]
    users = {author: name for _, author, name, _ in turns}
    first = 1_530_000_000_000_000_000
    tweets = [
        {
            "id": str(first + number),
            "conversation_id": str(first + 1),
            "author_id": str(author),
            "created_at": f"2022-05-27T01:0{number}:00.000Z",
            "lang": "en",
            "text": text,
        }
        for number, author, _, text in turns
    ]
    people = [{"id": str(author), "username": name, "name": name} for author, name in users.items()]
    path.write_text(json.dumps({"data": tweets, "includes": {"users": people}}))
    return [first + number for number in (3, 4)]


def test_roles_counts_each_policy_and_reads_no_hashtags(folder):
    sample.write(folder / "july.tar", lines=1000)
    call("ingest", "july.tar")
    call("threads")
    workspace = Workspace.open(folder / "workspace")
    bare = workspace.scan("turns").drop("hashtags").collect()
    bare.write_parquet(workspace.path("turns"))
    code, output = call("roles")
    assert code == 0
    for policy in ["author", "dialogue", "first_reply"]:
        assert policy in output


def test_all_counts_of_turns_without_a_place_agree(folder):
    strays = write_conversation(folder / "page.json")
    (folder / "loose.toml").write_text(LOOSE)
    assert "2 turns not placed" in call("run", "page.json", "-r", "loose.toml")[1]
    workspace = Workspace.open(folder / "workspace")
    turns = workspace.read("turns")
    assert turns.filter(~turns["is_placed"])["tweet_id"].to_list() == strays
    assert "2 of them not placed" in " ".join(call("status", "-r", "loose.toml")[1].split())
    assert "No policy uses 2 turns" in call("roles")[1]
    facets = {facet.name: facet for facet in thread_facts.from_scores(workspace.read("scores"))}
    assert facets["not_placed"].labels == ("2",)
    pack = workspace.exports_path / "default"
    manifest = Manifest.load(pack)
    assert {counts["not_placed"] for counts in manifest.cut.values()} == {2}
    assert "| `not_placed` | 2 |" in (pack / CARD).read_text()
    ids = [int(line) for line in (pack / IDS).read_text().split()]
    assert ids == [turns["tweet_id"][0], turns["tweet_id"][1]]
    assert workspace.read("reply_scores")["tweet_id"].to_list() == ids[1:]
