"""Know the parts of an export that X gives to its owner: which have tweets, and whose they are.

`build` leaves out the parts that are private or have no tweets, by name, before they are read.
`member_reader` adds the author from `account.js` and the long texts from `note-tweet.js` to the
tweets of `tweets.js`.
"""

import functools
import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from workbench.archives.compression import DamagedError
from workbench.archives.member import Member
from workbench.ingest.collector import Collector
from workbench.ingest.records import split
from workbench.ingest.tweet_records import LARGEST_ID
from workbench.text import entities

#: The parts with tweets. Large exports have several of each.
_TWEETS = re.compile(r"(?:deleted-tweets?|tweets?|community-tweets?)(?:-part\d+)?\.js")
_DELETED = re.compile(r"deleted-tweets?(?:-part\d+)?\.js")

#: The parts that are private, also in a tar or on their own.
_PRIVATE = re.compile(
    r"(?:account|account-\w[\w-]*|ageinfo|contact|device-token|direct-message[\w-]*|email-[\w-]*"
    r"|grok-chat[\w-]*|chat[\w-]*|encrypted-[\w-]*|ip-audit|key-registry|ni-devices|phone-number"
    r"|protected-history|screen-name-change|sso|verified[\w-]*)(?:-part\d+)?\.js"
)
_NOTE = re.compile(r"note-tweet(?:-part\d+)?\.js")

#: What the first bytes of a part say that it is.
_KIND = re.compile(rb"\s*window\.YTD\.(\w+)\.part\d+\s*=")
_KINDS_WITH_TWEETS = {
    *(b"tweet", b"tweets", b"deleted_tweet", b"deleted_tweets"),
    *(b"community_tweet", b"community_tweets"),
}
#: The same if somebody has removed the assignment before the JSON.
_PRIVATE_KEY = re.compile(
    rb'\s*\[?\s*\{\s*"(?:(?:dmConversation|emailAddressChange|grokChatItem|ipAudit|niDeviceResponse)'
    rb'"\s*:\s*\{|account"\s*:\s*\{\s*"email")'
)

#: Bytes of long texts that are remembered.
_NOTES_BYTES = 64 << 20
#: Characters by which a cut text is compared with long ones, and fewest of them.
_PREFIX, _SHORTEST = 40, 10
_HEAD = 300
#: Bytes, after white space, in which a part says what it is.
_START = 4096
_CUT = re.compile(r"…\s*(?:https?://\S+\s*){0,4}$")
_TAIL = 200
_LINK = re.compile(r"\s*https?://")

_MOST_RECORD = 1 << 24

#: Digits of the largest id.
_MOST_DIGITS = 19


class _Account(msgspec.Struct):
    class Owner(msgspec.Struct):
        accountId: str = ""  # noqa: N815 (the name in the file)
        username: str | None = None

    account: Owner


class _Note(msgspec.Struct):
    class Inner(msgspec.Struct):
        class Core(msgspec.Struct):
            text: str = ""

        noteTweetId: str = ""  # noqa: N815
        core: Core = msgspec.field(default_factory=Core)

    noteTweet: Inner  # noqa: N815


@dataclass(frozen=True)
class Export:
    """What the other parts of an export say about its tweets.

    Args:
        author_id: Id of the owner.
        author_name: Name of the owner.
        notes: Start of a long text -> ids and whole texts that start like this.
        digest: Hash of all of it.
    """

    author_id: int | None
    author_name: str | None
    notes: dict[str, list[tuple[int, str]]]
    digest: bytes


def reason_to_leave_out(member: Member) -> str | None:
    """Say why a member is not read; None if it is read. Only names are looked at."""
    path = member.name or (member.path.name if member.path else "")
    name = posixpath.basename(path.replace("\\", "/"))
    if _PRIVATE.fullmatch(name):
        return "private or without tweets, not read"
    if _NOTE.fullmatch(name):
        return "long texts, read together with `tweets.js`"
    folder = _data_folder(member)
    if folder is None:
        return None
    if posixpath.dirname(member.name) == folder and _TWEETS.fullmatch(name):
        return None
    return "a part of an X export without tweets, not read"


def kind_to_leave_out(head: bytes) -> str | None:
    """Say why a member is not read, by its first bytes; None if it is read."""
    # Blank lines in the millions may come first; the patterns must not search them.
    start = head.lstrip()[:_START]
    kind = _KIND.match(start)
    if kind is not None and kind[1] not in _KINDS_WITH_TWEETS:
        return f"`{kind[1].decode()}` of an X export: private or without tweets, not read"
    return "private, not read" if _PRIVATE_KEY.match(start) else None


def of_member(member: Member) -> Export | None:
    """Return what the export says about a part with tweets; None for any other member."""
    name = posixpath.basename(member.name)
    if not _TWEETS.fullmatch(name) or _data_folder(member) is None:
        return None
    folder = member.name.removesuffix(name)
    account = member.inside(f"{folder}account.js")
    notes = [member.inside(f"{folder}note-tweet.js")]
    while notes[-1] is not None:
        notes.append(member.inside(f"{folder}note-tweet-part{len(notes)}.js"))
    return _read(account, tuple(each for each in notes if each is not None))


@functools.lru_cache(maxsize=2)
def _read(account: Member | None, parts: tuple[Member, ...]) -> Export:
    digest = hashlib.blake2b(digest_size=16)
    author_id = author_name = None
    for record in _records(account) if account else ():
        try:
            owner = msgspec.json.decode(record, type=_Account).account
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        author_id = _id_of(owner.accountId)
        author_name = owner.username
        digest.update(f"{author_id} {author_name}\n".encode())
    notes: dict[str, list[tuple[int, str]]] = {}
    left = _NOTES_BYTES
    for record in (record for part in parts for record in _records(part)):
        try:
            note = msgspec.json.decode(record, type=_Note).noteTweet
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        left -= len(record)
        note_id = _id_of(note.noteTweetId)
        if left < 0 or note_id is None:
            continue
        digest.update(f"{note.noteTweetId} {note.core.text}\n".encode())
        key = _start(note.core.text)
        notes.setdefault(key, []).append((note_id, note.core.text))
    return Export(author_id, author_name, notes, digest.digest())


def _id_of(text: str) -> int | None:
    """Return the id that a text is; None if it is none."""
    is_id = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_id and int(text) <= LARGEST_ID else None


def _records(member: Member) -> Iterator[bytes]:
    def chunks() -> Iterator[bytes]:
        try:
            yield from member.chunks()
        except DamagedError:
            return

    for piece in split.pieces(chunks(), max_bytes=_MOST_RECORD):
        for _, record in split.of_piece(piece, max_bytes=_MOST_RECORD):
            if isinstance(record, bytes):
                yield record


def _data_folder(member: Member) -> str | None:
    """Return the folder of the tweets inside the export that contains a member, if one does."""
    folder = posixpath.dirname(member.name)
    while member.name:
        for inner in (folder, posixpath.join(folder, "data")):
            has_tweets = any(
                member.inside(posixpath.join(inner, name)) for name in ("tweets.js", "tweet.js")
            )
            if has_tweets and member.inside(posixpath.join(inner, "account.js")):
                return inner
        if not folder:
            break
        folder = posixpath.dirname(folder)
    return None


def _start(text: str) -> str:
    """Return the start of a text by which it is compared with others."""
    plain = " ".join(entities.decode(text[:_HEAD]).split())
    return _LINK.split(plain)[0].removesuffix("…").rstrip()[:_PREFIX]


class ExportCollector(Collector):
    """Add the author and the long texts of an export to its tweets.

    Args:
        export: What the other parts say.
        is_deleted: True if all tweets of the member were deleted by their author.
        options: See `Collector`.
    """

    def __init__(self, export: Export, *, is_deleted: bool, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._export = export
        self._is_deleted = is_deleted

    def batch(
        self, columns: dict[str, list[Any]], *, lines: list[int], tweets: int, carriers: int
    ) -> None:
        """Count the outcomes of many records, see `Collector.batch`."""
        own = [row for row, is_embedded in enumerate(columns["is_embedded"]) if not is_embedded]
        if self._is_deleted:
            self.deletions([columns["tweet_id"][row] for row in own])
            return
        for row in own:
            if columns["author_id"][row] is None:
                columns["author_id"][row] = self._export.author_id
                columns["author_name"][row] = self._export.author_name
            if whole := self._whole_text(columns["tweet_id"][row], columns["text"][row]):
                columns["text"][row] = whole
                columns["is_truncated"][row] = False
        super().batch(columns, lines=lines, tweets=tweets, carriers=carriers)

    def _whole_text(self, tweet_id: int, text: str) -> str | None:
        """Return the long text of a tweet: that with its id, or the nearest one that goes on."""
        start = _start(text)
        notes = self._export.notes.get(start, [])
        exact = next((whole for number, whole in notes if number == tweet_id), None)
        if exact is not None or not _CUT.search(text[-_TAIL:]) or len(start) < _SHORTEST:
            return exact
        return min(notes, key=lambda note: abs(note[0] - tweet_id), default=(0, None))[1]


def collector(part: Member, **options: Any) -> Collector:  # noqa: ANN401
    """Return the collector for a part or any other member; the options are those of `Collector`."""
    export = of_member(part)
    if export is None:
        return Collector(**options)
    is_deleted = bool(_DELETED.fullmatch(posixpath.basename(part.name)))
    return ExportCollector(export, is_deleted=is_deleted, **options)
