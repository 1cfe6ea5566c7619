"""An export of X gives its tweets, their author and their whole texts, and nothing private."""

import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.support.archives_by_hand import tar_of
from tests.support.reading import read
from workbench import ingest
from workbench.ingest import x_export
from workbench.storage import TABLES, Workspace

NEW = 1846307485200000000
LONG = "Basil wants light &amp; warmth, " + "so turn the pot every few days. " * 20
SECRETS = ["meet me at noon", "ann@example.org", "5551234", "my question to the robot"]


def part(kind: str, *entries: object, number: int = 0) -> bytes:
    return f"window.YTD.{kind}.part{number} = {json.dumps(entries, indent=2)}".encode()


def tweet(number: int, text: str, **more: object) -> dict[str, object]:
    return {
        "tweet": {"id_str": str(NEW + number), "id": str(NEW + number), "full_text": text, **more}
    }


def note(number: int, text: str) -> dict[str, object]:
    return {"noteTweet": {"noteTweetId": str(NEW + number), "core": {"text": text}}}


FILES = {
    "Your archive.html": b"<html>\n<body>ann@example.org</body>\n</html>\n",
    "assets/js/modules.js": b"function a() { return {}; }\n" * 50,
    "data/account.js": part(
        "account",
        {"account": {"email": "ann@example.org", "username": "ann", "accountId": "77"}},
    ),
    "data/tweets.js": part(
        "tweets",
        tweet(0, "short"),
        tweet(10, LONG[:270] + "…"),
        tweet(20, "RT @bob: " + "x" * 129 + "…"),
        tweet(30, LONG[:270] + "… https://t.co/abc"),
    ),
    "data/tweets-part1.js": part("tweets", tweet(40, "Something else that is cut…"), number=1),
    "data/deleted-tweets.js": part("deleted_tweets", tweet(50, "gone"), tweet(60, "gone too")),
    "data/tweet-headers.js": part("tweet_headers", {"tweet": {"tweet_id": "1"}}),
    "data/note-tweet.js": part(
        "note_tweet", note(9, LONG.replace("&amp;", "&") + "FIRST"), note(30, LONG + "SECOND")
    ),
    "data/direct-messages.js": part(
        "direct_messages", {"dmConversation": {"messages": [{"text": "meet me at noon"}]}}
    ),
    "data/phone-number.js": part("phone_number", {"device": {"phoneNumber": "5551234"}}),
    "data/grok-chat-item.js": part("grok_chat_item", {"message": "my question to the robot"}),
    "data/like.js": part("like", {"like": {"tweetId": "1", "fullText": "of others"}}),
    "data/tweets_media/1-a.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256)),
}


def packed(kind: str, folder: Path, files: dict[str, bytes] = FILES) -> str:
    path = folder / f"export-{kind}"
    if kind == "folder":
        for name, data in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, data in files.items():
                bundle.writestr(name, data)
    else:
        path.write_bytes(tar_of(files))
    return str(path)


def ingested(path: str, folder: Path) -> Workspace:
    workspace = Workspace.create(folder / "workspace")
    ingest.from_archives([path], workspace=workspace)
    return workspace


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_tweets_have_author_and_whole_text(kind, tmp_path):
    workspace = ingested(packed(kind, tmp_path), tmp_path)
    tweets = workspace.read("tweets").sort("tweet_id")
    assert (tweets["tweet_id"] - NEW).to_list() == [0, 10, 20, 30, 40]
    assert tweets["author_id"].unique().to_list() == [77]
    assert tweets["author_name"].unique().to_list() == ["ann"]
    assert tweets["text"][1].endswith("FIRST")
    assert tweets["text"][3].endswith("SECOND")
    assert tweets["is_truncated"].to_list() == [False, False, True, False, True]
    assert (workspace.read("deletions")["tweet_id"] - NEW).to_list() == [50, 60]
    ledger = workspace.read("ledger")
    assert ledger["rejected"].sum() == 0
    read_parts = ledger.filter(pl.col("status") == "whole")["name"].to_list()
    assert read_parts == ["data/deleted-tweets.js", "data/tweets-part1.js", "data/tweets.js"]
    assert ledger.filter(pl.col("status") == "damaged").is_empty()
    assert ledger.height == len(FILES)


@pytest.mark.parametrize("kind", ["zip", "folder", "tar"])
def test_nothing_private_is_in_any_table(kind, tmp_path):
    files = FILES | {"data/renamed.js": FILES["data/direct-messages.js"]}
    if kind == "tar":
        del files["Your archive.html"]
    workspace = ingested(packed(kind, tmp_path, files), tmp_path)
    for table in TABLES:
        if workspace.has(table):
            text = workspace.read(table).write_json()
            assert not [secret for secret in SECRETS if secret in text], table


@pytest.mark.parametrize(
    "name", ["direct-messages.js", "direct-messages-group.js", "email-address-change.js"]
)
def test_a_private_part_on_its_own_is_not_read(name, tmp_path):
    (tmp_path / name).write_bytes(b"meet me at noon\n")
    ledger = ingested(str(tmp_path / name), tmp_path).read("ledger")
    assert ledger.select("lines", "status").rows() == [(0, "skipped")]


@pytest.mark.parametrize("start", ["window.YTD.direct_messages.part0 = ", "", "\n"])
def test_a_private_part_under_another_name_is_recognized_by_its_start(start):
    data = start + json.dumps([{"dmConversation": {"messages": [{"text": "meet me"}]}}], indent=1)
    _, row = read(data.encode())
    assert (row["lines"], row["rejects"], str(row["status"])) == (0, [], "skipped")


def test_tweets_get_their_author_when_the_whole_export_follows(tmp_path):
    (tmp_path / "tweets.js").write_bytes(FILES["data/tweets.js"])
    workspace = ingested(str(tmp_path / "tweets.js"), tmp_path)
    tweets = workspace.read("tweets").sort("tweet_id")
    assert tweets["author_id"].null_count() == 4
    assert tweets["is_truncated"].to_list() == [False, True, True, True]
    again = ingested(packed("zip", tmp_path), tmp_path).read("tweets").sort("tweet_id")
    assert again["author_id"].null_count() == 0
    assert again["text"][1].endswith("FIRST")


def test_dumps_are_no_exports(tmp_path):
    files = {"data/tweets.js": FILES["data/tweets.js"], "data/other.js": b"{}\n"}
    ledger = ingested(packed("zip", tmp_path, files), tmp_path).read("ledger")
    assert ledger["status"].to_list() == ["whole", "whole"]


def test_cut_texts_are_compared_in_little_time():
    assert x_export._start("…" * 60_000)


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 19, "-1", "٣"])
def test_an_export_with_ids_that_are_none_is_read_without_them(number, tmp_path):
    account = {"account": {"username": "ann", "accountId": number}}
    long_text = {"noteTweet": {"noteTweetId": number, "core": {"text": LONG}}}
    files = {
        "data/account.js": part("account", account),
        "data/tweets.js": part("tweets", tweet(0, "short")),
        "data/note-tweet.js": part("note_tweet", long_text),
    }
    tweets = ingested(packed("zip", tmp_path, files), tmp_path).read("tweets")
    assert tweets.select("author_id", "author_name", "text").rows() == [(None, "ann", "short")]
