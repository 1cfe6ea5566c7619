"""Request tweets from the official API v2, within its limits and a budget of requests."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.exceptions import ApiError
from workbench.hydration import page_parser, transport
from workbench.hydration.transport import VARIABLES, Reply
from workbench.ingest.tweet_records import FIRST_SNOWFLAKE, SNOWFLAKE_EPOCH
from workbench.text import sanitize

if TYPE_CHECKING:
    import requests

#: Most ids in one request.
IDS_A_REQUEST = 100

#: Most times that one request is sent.
TRIES = 8

#: Seconds to wait after the first failure, or after the first rate limit. Each further failure
#: doubles the wait.
TROUBLE_SECONDS = 1.0
LIMIT_SECONDS = 15.0
#: Longest wait, whatever the API says: the window of the API's rate limits is 15 minutes.
LONGEST_SECONDS = 900.0

#: Fields that `ingest.formats.api_v2` reads.
FIELDS = {
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
    "tweet_fields": "attachments,author_id,conversation_id,created_at,entities,"
    "in_reply_to_user_id,lang,note_tweet,possibly_sensitive,public_metrics,referenced_tweets",
    "user_fields": "username",
}

#: How far back the search of the last week reaches, in seconds.
WEEK = 7 * 86_400

#: Called each second of a wait with the seconds left and the reason, and with 0 at its end.
OnWait = Callable[[int, str], None]


class RefusedError(ApiError):
    """The API refuses a request because of its form or of the account."""


class SpentError(Exception):
    """The budget of requests is spent. No request was sent."""


def unseen(left: int, reason: str) -> None:
    """Ignore a wait; the default."""


class Api:
    """Send requests through tweepy: wait, retry and count them.

    Args:
        bearer: Bearer token. It is sent in the header of requests to the API and nowhere else.
        max_requests: Most requests to send, retries included; None for no limit.
        on_wait: Called every second of a wait.
        sleep: Function that waits for some seconds.
        clock: Function that returns the seconds since 1970.

    Raises:
        ApiError: If tweepy is not installed.
    """

    def __init__(
        self,
        bearer: str,
        *,
        max_requests: int | None = None,
        on_wait: OnWait = unseen,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = transport.client(bearer)
        self._bearer = bearer
        self._max_requests = max_requests
        self._on_wait = on_wait
        self._sleep = sleep
        self._clock = clock
        #: Requests sent so far.
        self.requests = 0

    def lookup(self, tweet_ids: list[int]) -> bytes:
        """Request at most 100 tweets; return the page as one line of JSON.

        Raises:
            SpentError: If the budget does not allow another request.
            ApiError: If the API refuses, or cannot be reached in several tries.
        """
        return self._ask(lambda: self._client.get_tweets(tweet_ids, **FIELDS))

    def search(
        self, conversation_id: int, *, everywhere: bool, next_token: str | None = None
    ) -> bytes:
        """Request tweets of a conversation; return one page as one line of JSON.

        Args:
            conversation_id: Id of the opening tweet.
            everywhere: Search all tweets, which few accounts may do, instead of the last week.
            next_token: Token of the next page, from the page before.

        Raises:
            RefusedError: If the account may not use this search.
            SpentError: If the budget does not allow another request.
            ApiError: If the API refuses, or cannot be reached in several tries.
        """
        query = f"conversation_id:{conversation_id}"
        options: dict[str, Any] = {**FIELDS, "next_token": next_token}
        if not everywhere:
            search = self._client.search_recent_tweets
            return self._ask(lambda: search(query, max_results=100, **options))
        # Without a start, only the last thirty days are searched.
        start = written_at(conversation_id) or datetime(2006, 3, 26, tzinfo=UTC)
        search = self._client.search_all_tweets
        # The search of all tweets accepts one request per second.
        self._sleep(1.0)
        return self._ask(lambda: search(query, max_results=500, start_time=start, **options))

    def is_recent(self, tweet_id: int) -> bool:
        """Return whether the search of the last week reaches back to a tweet."""
        written = written_at(tweet_id)
        return written is not None and self._clock() - written.timestamp() < WEEK

    def _ask(self, send: Callable[[], "requests.Response"]) -> bytes:
        """Send a request until a page comes back, and return the page."""
        reason = ""
        for failures in range(1, TRIES + 1):
            if self._max_requests is not None and self.requests >= self._max_requests:
                raise SpentError
            self.requests += 1
            reply = transport.sent(send)
            if reply.status == 200 and page_parser.is_page(reply.body):
                return msgspec.json.format(reply.body, indent=-1)
            reason = self._reason(reply)
            seconds = self._patience(reply, reason, failures)
            is_last = failures == TRIES or self.requests == self._max_requests
            if not is_last:
                self._wait(seconds, reason)
        msg = f"The API did not answer in {TRIES} tries: {reason}."
        raise ApiError(
            msg, hint="try again later. Fetched tweets are stored and not requested again."
        )

    def _patience(self, reply: Reply, reason: str, failures: int) -> float:
        """Return the seconds to wait before the next try.

        Raises:
            ApiError: If another try cannot help.
        """
        status = reply.status
        if status == 429 and not page_parser.is_capped(reply.body):
            reset_at = reply.headers.get("x-rate-limit-reset", "")
            until_reset = int(reset_at) - self._clock() + 1 if reset_at.isdecimal() else 0.0
            # The clock of this machine may be wrong. If it is ahead, the lower bound still makes
            # the wait grow. If it is behind, the upper bound still ends the wait.
            return min(max(until_reset, LIMIT_SECONDS * 2 ** (failures - 1)), LONGEST_SECONDS)
        if status in {0, 200} or status >= 500:
            return min(TROUBLE_SECONDS * 2 ** (failures - 1), LONGEST_SECONDS)
        problem = f"The API refuses the request ({status}): {reason}."
        if status == 401:
            hint = (
                f"check the token in {VARIABLES[0]}: it must be valid and of an app in a project."
            )
            raise ApiError(problem, hint=hint)
        if status in {402, 429}:
            problem = f"The account may fetch no more tweets ({status}): {reason}."
            hint = "wait for the next period or buy more, then run the same command again."
            raise ApiError(problem, hint=hint)
        hint = "check in the developer portal what your plan allows. Fetched tweets are stored."
        raise RefusedError(problem, hint=hint)

    def _reason(self, reply: Reply) -> str:
        """Describe a failure; remove the token, whatever text contains it."""
        if reply.status == 429:
            text = (
                page_parser.detail(reply.body)
                if page_parser.is_capped(reply.body)
                else "rate limit"
            )
        elif reply.status == 0:
            text = reply.body.decode("utf-8", "replace")
        elif reply.status == 200:
            text = "an answer that is not a page of tweets"
        else:
            text = page_parser.detail(reply.body) or f"status {reply.status}"
        text = " ".join(sanitize.visible(text.replace(self._bearer, "[token]")).split())
        return text[:200].rstrip(".")

    def _wait(self, seconds: float, reason: str) -> None:
        """Wait, and report every second."""
        for left in range(math.ceil(seconds), 0, -1):
            self._on_wait(left, reason)
            self._sleep(1.0)
        self._on_wait(0, reason)


def written_at(tweet_id: int) -> datetime | None:
    """Return the time encoded in an id; None before November 2010.

    Examples:
        >>> written_at(1146306463022538752).isoformat()
        '2019-07-03T06:35:32.785000+00:00'
    """
    if tweet_id < FIRST_SNOWFLAKE:
        return None
    return datetime.fromtimestamp(((tweet_id >> 22) + SNOWFLAKE_EPOCH) / 1000, UTC)
