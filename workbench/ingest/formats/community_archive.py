"""Read the Community Archive: one JSON file with the parts of a personal archive.

`account` names the author of all tweets. `note-tweet` contains the long texts. A note has no id of
its tweet, so it is found by the second of its creation and the start of its text. Likes, followers
and profiles are not read.
"""

import re
from typing import Any

import msgspec

from workbench.ingest.collector import Collector
from workbench.ingest.exact_ids import Written
from workbench.ingest.formats import v1_fields, v1_status
from workbench.ingest.formats.field_parsers import moment
from workbench.ingest.formats.v1_fields import ExtendedTweet, Status, User
from workbench.ingest.record_reader import attempt
from workbench.ingest.records.struct_decoder import StructDecoder
from workbench.ingest.tweet_records import RejectedError

NAME = "community_archive"
ABOUT = "Community Archive: archive.json of one account"
YEARS = "since 2024"
LACKS = "conversation ids"

#: A tweet's text is compared with the start of a note up to its first link or the end mark.
_END = re.compile(r"…|https?://")


class Account(msgspec.Struct, rename="camel"):
    """The fields to read of the account."""

    account_id: Written = None
    username: str | None = None


class AccountEntry(msgspec.Struct):
    """An element of `account`."""

    account: Account | None = None


class TweetEntry(msgspec.Struct):
    """An element of `tweets` or `community-tweet`."""

    tweet: msgspec.Raw = msgspec.Raw()


class NoteText(msgspec.Struct):
    """The content of a note."""

    text: str = ""


class Note(msgspec.Struct, rename="camel"):
    """The fields to read of a note."""

    created_at: str | None = None
    core: NoteText | None = None


class NoteEntry(msgspec.Struct, rename="camel"):
    """An element of `note-tweet`."""

    note_tweet: Note | None = None


class Archive(msgspec.Struct, rename="kebab"):
    """The parts to read."""

    account: list[AccountEntry] | None = None
    tweets: list[msgspec.Raw] | None = None
    community_tweet: list[msgspec.Raw] | None = None
    note_tweet: list[NoteEntry] | None = None


_archive = StructDecoder(Archive)
_entry = msgspec.json.Decoder(TweetEntry).decode


def matches(sample: dict[str, Any]) -> bool:
    """Return whether a decoded record has this format."""
    account, tweets = sample.get("account"), sample.get("tweets")
    first = account[0] if isinstance(account, list) and account else None
    return isinstance(first, dict) and "account" in first and isinstance(tweets, list)


def read(record: bytes, collector: Collector) -> None:
    """Report the content of one record to the collector.

    Raises:
        RejectedError: If the record names no account.
        msgspec.DecodeError: If it is not JSON or a field has a wrong type.
    """
    archive = _archive(record, collector.odd)
    accounts = [entry.account for entry in archive.account or () if entry.account]
    if not accounts or archive.tweets is None:
        msg = "no archive: no account or no tweets"
        raise RejectedError(msg)
    author = User(screen_name=accounts[0].username)
    author.id_str = accounts[0].account_id
    notes = _notes(archive.note_tweet or [])

    def read_entry(entry: bytes, collector: Collector) -> None:
        body = bytes(_entry(entry).tweet) or entry
        status = v1_fields.decode_leniently(body, collector.odd)
        if not v1_fields.has_id(status):
            msg = "no tweet: no id"
            raise RejectedError(msg)
        status.user = author
        _complete(status, notes)
        v1_status.report(status, collector)

    for entry in (*archive.tweets, *(archive.community_tweet or ())):
        attempt(read_entry, bytes(entry), collector)


def _notes(entries: list[NoteEntry]) -> dict[int, list[str]]:
    """Return the long texts by the second of their creation."""
    texts: dict[int, list[str]] = {}
    for entry in entries:
        note = entry.note_tweet
        created = moment(note.created_at) if note else None
        if note and note.core and created is not None:
            texts.setdefault(created // 1000, []).append(note.core.text)
    return texts


def _complete(status: Status, notes: dict[int, list[str]]) -> None:
    """Replace a cut text by its note. Retweets include no original here; mark the cut ones."""
    text = status.full_text or status.text or ""
    if text.startswith("RT @"):
        status.truncated = text.endswith("…")
        return
    created = moment(status.created_at)
    start = _END.split(text, maxsplit=1)[0].strip()
    for note in notes.get(created // 1000, ()) if created is not None else ():
        if len(note) > len(text) and note.startswith(start):
            status.extended_tweet = ExtendedTweet(full_text=note)
            return
