"""Schemas: one a table, the contract between the stages."""

import dataframely as dy
import polars as pl


def _count() -> dy.Int64:
    """Count known from the dump; null is unknown, which is not zero."""
    return dy.Int64(nullable=True, min=0)


def _moment() -> dy.Datetime:
    return dy.Datetime(nullable=True, time_unit="ms", time_zone="UTC")


class Sightings(dy.Schema):
    """One row per time that a tweet stands in a dump, embedded ones included."""

    #: Snowflake (or, before November 2010, running number) of the tweet.
    tweet_id = dy.Int64(min=1)
    author_id = dy.Int64(nullable=True)
    #: Screen name without the `@`; leaves the workspace only as a pseudonym.
    author_name = dy.String(nullable=True)
    created_at = _moment()
    #: The longest text there is, HTML entities undone once, mentions and links kept.
    text = dy.String()
    #: Language code given by the source, old codes renamed (`in` to `id`, `iw` to `he`).
    lang = dy.String(nullable=True)
    #: The tweet that this one answers.
    reply_to_id = dy.Int64(nullable=True)
    #: Author of the tweet that this one answers.
    reply_to_author_id = dy.Int64(nullable=True)
    #: The opening tweet of the conversation, where the source gives it.
    conversation_id = dy.Int64(nullable=True)
    quoted_id = dy.Int64(nullable=True)
    #: Lower case, without `#`, sorted, distinct.
    hashtags = dy.List(dy.String())
    likes = _count()
    retweets = _count()
    replies = _count()
    quotes = _count()
    #: True where the tail of the text is lost for good.
    is_truncated = dy.Bool()
    #: The platform's own flag for sensitive media or links.
    is_sensitive = dy.Bool(nullable=True)
    has_media = dy.Bool()
    #: True where the tweet was seen only inside another one (retweeted, quoted, included).
    is_embedded = dy.Bool()
    #: Format of the dump that the row was read from, see `workbench.sources`.
    source = dy.String()
    #: Key of the member (`Ledger.member`) that the row was read from.
    member = dy.Int64()
    #: Line of that member, counted from 1.
    line = dy.UInt32()


class Tweets(Sightings):
    """One row per tweet: everything that all its sightings know of it."""

    @dy.rule()
    def one_row_a_tweet(cls) -> pl.Expr:
        """No tweet stands there twice."""
        return pl.col("tweet_id").is_unique()


class Deletions(dy.Schema):
    """Tweets that must not be kept; private, no export contains it."""

    tweet_id = dy.Int64(primary_key=True, min=1)
    #: True where a dump of this workspace held the tweet.
    had_row = dy.Bool()


class Gone(dy.Schema):
    """Missing tweets that the API will not give; private, and never asked for again."""

    tweet_id = dy.Int64(primary_key=True, min=1)
    #: `not-found` (deleted, or its author gone), `protected`, `withheld` or `retweet`.
    reason = dy.String()


class Ledger(dy.Schema):
    """One row per member of an archive: what became of each of its lines."""

    #: First 8 bytes of `content_hash` as a signed integer.
    member = dy.Int64(primary_key=True)
    #: BLAKE2b-128 of the member as it lies in the archive, hexadecimal.
    content_hash = dy.String()
    #: Path of the archive as it was given.
    archive = dy.String()
    #: Path of the member inside the archive; empty where the archive is a single file.
    name = dy.String()
    #: Format that the content was recognised as; null where it was not.
    format = dy.String(nullable=True)
    #: Records: lines of the file, elements of a JSON array, tweets of an API page, rows of a CSV.
    lines = dy.Int64(min=0)
    #: Lines that gave a row of their own.
    tweets = dy.Int64(min=0)
    #: Lines, such as plain retweets, that only carry embedded tweets.
    carriers = dy.Int64(min=0)
    deletions = dy.Int64(min=0)
    notices = dy.Int64(min=0)
    blank = dy.Int64(min=0)
    rejected = dy.Int64(min=0)
    #: Tweets found inside other tweets; these are not lines.
    embedded = dy.Int64(min=0)
    #: Stream messages other than tweets and deletions, by kind.
    notice_kinds = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Rejected lines by reason.
    reject_reasons = dy.List(dy.Struct({"kind": dy.String(), "count": dy.Int64()}))
    #: Bytes of the member as it lies in the archive.
    size = dy.Int64(min=0)
    #: Wall seconds spent on the member; the only column that differs between two runs.
    seconds = dy.Float64()
    #: Why and from where the member could not be read to its end; null where it could.
    damage = dy.String(nullable=True)

    @dy.rule()
    def every_line_is_accounted_for(cls) -> pl.Expr:
        """No line is counted twice or not at all."""
        kinds = ["tweets", "carriers", "deletions", "notices", "blank", "rejected"]
        return pl.col("lines") == pl.sum_horizontal(kinds)


class Rejects(dy.Schema):
    """One row per line that is not understood, at most 100 per member and reason."""

    member = dy.Int64()
    #: Line of the member, counted from 1.
    line = dy.Int64(min=0)
    reason = dy.String()
    #: Start of the line, at most 200 characters.
    excerpt = dy.String()


class Turns(dy.Schema):
    """One row per tweet of a thread, in reading order (by thread, then position)."""

    thread_id = dy.Int64()
    tweet_id = dy.Int64(primary_key=True, min=1)
    #: The turn that this one answers; null for the first turn of a tree.
    parent_id = dy.Int64(nullable=True)
    #: The tweet that this one says it answers, present or not.
    reply_to_id = dy.Int64(nullable=True)
    #: Steps from the root of the tree.
    depth = dy.UInt32()
    #: Place in the thread, parents before replies, siblings by id, counted from 0.
    position = dy.UInt32()
    author_id = dy.Int64(nullable=True)
    author_name = dy.String(nullable=True)
    created_at = _moment()
    text = dy.String()
    lang = dy.String(nullable=True)
    hashtags = dy.List(dy.String())
    likes = _count()
    retweets = _count()
    replies = _count()
    is_truncated = dy.Bool()
    is_sensitive = dy.Bool(nullable=True)
    has_media = dy.Bool()
    is_embedded = dy.Bool()
    #: True where the place follows from the conversation and not from a reply id.
    is_inferred = dy.Bool()
    source = dy.String()
    member = dy.Int64()
    line = dy.UInt32()


class Nodes(Turns):
    """One row per node of a conversation with roles, see `workbench.roles`."""

    tweet_id = dy.Int64(primary_key=True, min=1)
    #: `prompter` or `assistant`.
    role = dy.String(regex="^(prompter|assistant)$")
    #: The turns that are merged in the node, ascending; mostly one.
    tweet_ids = dy.List(dy.Int64(), min_length=1)


class Threads(dy.Schema):
    """One row per thread: facts that need no text."""

    #: Id of the opening tweet, or of the conversation where a source gives one.
    thread_id = dy.Int64(primary_key=True)
    #: First turn that is present; differs from `thread_id` where the opening tweet is missing.
    root_id = dy.Int64()
    turns = dy.UInt32(min=1)
    #: Depth of the deepest turn, 0 for a root alone.
    depth = dy.UInt32()
    #: Most turns at one depth.
    width = dy.UInt32(min=1)
    #: Direct replies to the root.
    replies = dy.UInt32()
    participants = dy.UInt32(min=1)
    #: Share of the turns that the author of the root wrote, 0 to 1.
    opener_share = dy.Float32(min=0, max=1)
    #: Replies whose author is not the author of the turn above.
    alternations = dy.UInt32()
    #: True where the opening tweet is present and no turn lacks its parent.
    is_complete = dy.Bool()
    #: Turns whose parent is not in the data.
    missing_parents = dy.UInt32()
    #: Which parents those are, where known, and the opening tweet of the conversation if missing.
    missing_ids = dy.List(dy.Int64())
    #: Trees gathered in the thread; above 1 only where a conversation id joined them.
    roots = dy.UInt32(min=1)
    opener_id = dy.Int64(nullable=True)
    lang = dy.String(nullable=True)
    #: Hashtags of all turns.
    hashtags = dy.List(dy.String())
    is_sensitive = dy.Bool()
    is_truncated = dy.Bool()
    started_at = _moment()
    #: Seconds from the first turn to the last.
    span_seconds = dy.Int64(nullable=True)
    #: Seconds from the root to its first direct reply.
    first_reply_seconds = dy.Int64(nullable=True)
    #: Likes of the root, where known.
    likes = _count()
    source = dy.String()


class Scores(Threads):
    """One row per thread: its facts and every score; nothing is dropped here."""

    #: The root's text without mentions and links; only rules on words read it.
    prompt = dy.String()
    #: Language given, or detected in `prompt` where none is; null where neither tells.
    language = dy.String(nullable=True)
    #: Retweets of the root, where known.
    retweets = _count()
    #: Replies that the platform counted to the root, where known; not all of them are here.
    replies_told = _count()
    #: The thread that stands for all that begin like this one; its own id where it does itself.
    representative_id = dy.Int64()
    #: True where another thread stands for this one.
    is_duplicate = dy.Bool()
    #: Other threads that begin like this one.
    twins = dy.UInt32()
    #: Most authors who opened with the very same words within a day; 0 where there are no words.
    burst = dy.UInt32()
    #: Profane words in all turns, see `workbench.profanity`.
    profanity = dy.UInt32()
    #: Characters of the root's text without mentions and links.
    prompt_characters = dy.UInt32()
    #: Characters of the longest direct reply without mentions and links; 0 where there is none.
    reply_characters = dy.UInt32()
    #: Words of all turns that are links, 0 to 1.
    link_share = dy.Float32(min=0, max=1)
    #: Words of all turns that are mentions, 0 to 1.
    mention_share = dy.Float32(min=0, max=1)
    #: Cosine of the root to the nearest known instruction; null where the root has no text left,
    #: or no vector because a cascade passed it over.
    similarity = dy.Float32(nullable=True, min=-1.001, max=1.001)
    #: That instruction's id (`Instructions.instruction_id`).
    nearest_instruction = dy.String(nullable=True)
    #: Mean cosine to the three nearest, or to all where fewer are known: high where the prompt is
    #: of a common kind, low where one instruction alone resembles it.
    similarity_mean = dy.Float32(nullable=True, min=-1.001, max=1.001)
    #: The ids of those, the nearest first.
    nearest_instructions = dy.List(dy.String(), nullable=True)
    #: Probability that the root is a request that an assistant could answer; null where the root
    #: has no text left.
    suitability = dy.Float32(nullable=True, min=0, max=1)
    #: Probability that the best direct reply answers the root; null where nobody else replies.
    answer = dy.Float32(nullable=True, min=0, max=1)
    #: That reply.
    best_reply_id = dy.Int64(nullable=True)


class Instructions(dy.Schema):
    """One row per known instruction."""

    #: Stable short id, such as `starter-0001`.
    instruction_id = dy.String(primary_key=True)
    text = dy.String(min_length=1)
    #: File or collection that it comes from.
    source = dy.String()
    #: Kind of request, such as `how-to` or `recommendation`; null where the file names none.
    topic = dy.String(nullable=True)
    #: The tweet whose text it is, with which it goes; null where it is not a tweet's.
    tweet_id = dy.Int64(nullable=True, min=1)


class Labels(dy.Schema):
    """One row per judgement by hand of a tweet, or of a reply to a tweet; kept apart from data."""

    tweet_id = dy.Int64(min=1)
    #: The tweet that it answers, where the pair is judged; null where the tweet itself is.
    parent_id = dy.Int64(nullable=True)
    thread_id = dy.Int64(nullable=True)
    author_id = dy.Int64(nullable=True)
    #: `fits`, `borderline` or `no` of a tweet; `answers` or `no` of a reply.
    label = dy.String(regex="^(fits|borderline|answers|no)$")
    #: Who judged.
    labeller = dy.String(min_length=1)
    labelled_at = dy.Datetime(time_unit="ms", time_zone="UTC")
    #: What was judged, as it read then.
    text = dy.String()
    #: What the tweet answers, as it read then.
    parent_text = dy.String(nullable=True)
    #: Hash of both texts, 16 hexadecimal digits.
    text_version = dy.String(regex="^[0-9a-f]{16}$")
    #: True where it was judged because it was drawn at random: only those are a fair sample.
    is_random = dy.Bool(nullable=True)

    @dy.rule()
    def fits_what_is_judged(cls) -> pl.Expr:
        """A pair `answers`, a single tweet `fits`."""
        pair = pl.col("parent_id").is_not_null()
        return (
            pl.when(pair)
            .then(pl.col("label").is_in(["answers", "no"]))
            .otherwise(pl.col("label") != "answers")
        )

    @dy.rule()
    def one_judgement(cls) -> pl.Expr:
        """Nobody has two opinions on the same words."""
        return pl.struct("tweet_id", "parent_id", "labeller", "text_version").is_unique()


class Verdicts(dy.Schema):
    """One row per thread: what a recipe decides, beside one `passes_<rule>` column per rule."""

    thread_id = dy.Int64(primary_key=True)
    kept = dy.Bool()
    #: Name of the first rule, in the order of `workbench rules`, that removes it; null if kept.
    removed_by = dy.String(nullable=True)
