"""Threads of the real samples, read by our own ingest, against known facts."""

import pytest

from workbench import threads
from workbench.archives import listing
from workbench.ingest import best_version, staging, tasks
from workbench.recipe import IngestSettings
from workbench.storage import Workspace

pytestmark = pytest.mark.slow  # reads the real samples

#: Replies, linked replies and threads of at least two turns, before deletions.
FACTS = {
    "twitterstream/twitterstream_2019_07_03.tar": (2_900, 92, 79),
    "twitterstream/twitter-stream-20190703.tar": (980, 14, 11),
    "twitterstream/archiveteam-twitter-stream-2017-01.tar": (654, 7, 6),
    "twitterstream/archiveteam-twitter-stream-2013-08.tar": (2_215, 16, 9),
}


def forest_of(path, workspace):
    """Build the threads of an archive without applying deletions."""
    members = listing.members(path, spool=staging.spool(workspace))
    folder = staging.folder(workspace)
    for task in tasks.group(members, folder=folder, settings=IngestSettings()):
        tasks.perform(task)
    rows = best_version.from_raw_tweets(staging.gathered(workspace, "tweets").collect())
    return threads.from_tweets(rows)


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path / "workspace")


@pytest.mark.parametrize("name", FACTS)
def test_stream_dumps_have_their_links_and_threads(real_data, workspace, name):
    counts = forest_of(real_data / name, workspace).counts
    assert (counts["replies"], counts["linked"], counts["threads"]) == FACTS[name]


def test_pheme_has_its_trees(real_data, workspace):
    forest = forest_of(real_data / "pheme-en.tar.gz", workspace)
    expected = {
        "tweets": 5_056,
        "linked": 4_617,
        "orphans": 121,
        "missing": 94,
        "components": 439,
        "threads": 328,
        "largest": 103,
        "deepest": 24,
    }
    assert {name: forest.counts[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "linked"),
    [
        ("api_v2/twarc2_conversations_utf16.json", 177),
        ("personal_archive/tweets.js", 65),
    ],
)
def test_other_formats_have_their_links(real_data, workspace, name, linked):
    assert forest_of(real_data / name, workspace).counts["linked"] == linked
