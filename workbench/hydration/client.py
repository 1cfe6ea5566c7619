"""Api: asks the official API v2, within its limits and within a budget of requests."""

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

#: Ids that one request may ask for.
IDS_A_REQUEST = 100

#: Times that a request is sent before it is given up.
TRIES = 8

#: Seconds after the first failure; doubled from failure to failure, up to a quarter of an hour,
#: which is the window of the API's limits: no wait is longer, whatever the API says.
TROUBLE_SECONDS = 1.0
LIMIT_SECONDS = 15.0
LONGEST_SECONDS = 900.0

#: What `workbench.sources.api_v2` reads.
FIELDS = {
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
    "tweet_fields": "attachments,author_id,conversation_id,created_at,entities,"
    "in_reply_to_user_id,lang,note_tweet,possibly_sensitive,public_metrics,referenced_tweets",
    "user_fields": "username",
}

#: The search of the last week reaches back this far, in seconds.
WEEK = 7 * 86_400

#: Called each second of a wait with the seconds left and the reason, and with 0 at its end.
OnWait = Callable[[int, str], None]


class RefusedError(ApiError):
    """A request that the API understands and refuses, for its form or for the account."""


class SpentError(Exception):
    """The budget of requests is spent; no request was sent."""


def unseen(left: int, reason: str) -> None:
    """Wait without telling anybody; the default."""


class Api:
    """Sends requests through tweepy; waits, tries again, counts.

    Args:
        bearer: The bearer token. It goes into the header of requests to the API and nowhere else.
        max_requests: Requests that may be sent, tries included; None for any number.
        on_wait: Told of every second that is waited.
        sleep: Waits so many seconds.
        clock: Gives the seconds since 1970.

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
        """Ask for at most 100 tweets; gives the page as one line of JSON.

        Raises:
            SpentError: If the budget does not allow for another request.
            ApiError: If the API refuses, or cannot be reached after several tries.
        """
        return self._ask(lambda: self._client.get_tweets(tweet_ids, **FIELDS))

    def search(
        self, conversation_id: int, *, everywhere: bool, next_token: str | None = None
    ) -> bytes:
        """Ask for the tweets of a conversation; gives a page as one line of JSON.

        Args:
            conversation_id: Id of the opening tweet.
            everywhere: Search all tweets, which few accounts may, and not those of the last week.
            next_token: Where to go on, as the page before says.

        Raises:
            RefusedError: If the account may not search so.
            SpentError: If the budget does not allow for another request.
            ApiError: If the API refuses, or cannot be reached after several tries.
        """
        query = f"conversation_id:{conversation_id}"
        options: dict[str, Any] = {**FIELDS, "next_token": next_token}
        if not everywhere:
            find = self._client.search_recent_tweets
            return self._ask(lambda: find(query, max_results=100, **options))
        # Without a start, only the last thirty days are searched.
        start = written_at(conversation_id) or datetime(2006, 3, 26, tzinfo=UTC)
        find = self._client.search_all_tweets
        # The search of all tweets takes one request a second.
        self._sleep(1.0)
        return self._ask(lambda: find(query, max_results=500, start_time=start, **options))

    def is_recent(self, tweet_id: int) -> bool:
        """Tell whether the search of the last week reaches back to a tweet."""
        made = written_at(tweet_id)
        return made is not None and self._clock() - made.timestamp() < WEEK

    def _ask(self, send: Callable[[], "requests.Response"]) -> bytes:
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
        raise ApiError(msg, hint="try later; what has come is kept, and is not asked for again.")

    def _patience(self, reply: Reply, reason: str, failures: int) -> float:
        """Tell how many seconds to wait before the next try.

        Raises:
            ApiError: If no try can help.
        """
        status = reply.status
        if status == 429 and not page_parser.is_capped(reply.body):
            told = reply.headers.get("x-rate-limit-reset", "")
            until = int(told) - self._clock() + 1 if told.isdecimal() else 0.0
            # The clock of this machine may be wrong: if it is ahead, the wait grows all the same,
            # and if it is behind, it ends all the same.
            return min(max(until, LIMIT_SECONDS * 2 ** (failures - 1)), LONGEST_SECONDS)
        if status in {0, 200} or status >= 500:
            return min(TROUBLE_SECONDS * 2 ** (failures - 1), LONGEST_SECONDS)
        problem = f"The API refuses the request ({status}): {reason}."
        if status == 401:
            hint = f"check the token in {VARIABLES[0]}: a valid one, of an app in a project."
            raise ApiError(problem, hint=hint)
        if status in {402, 429}:
            problem = f"The account may fetch no more tweets ({status}): {reason}."
            raise ApiError(problem, hint="wait for the next period, or buy more, then go on.")
        hint = "see in the developer portal what your plan allows; what has come is kept."
        raise RefusedError(problem, hint=hint)

    def _reason(self, reply: Reply) -> str:
        """Put a failure into words; the token is cut out, whoever wrote it there."""
        if reply.status == 429:
            said = (
                page_parser.detail(reply.body)
                if page_parser.is_capped(reply.body)
                else "rate limit"
            )
        elif reply.status == 0:
            said = reply.body.decode("utf-8", "replace")
        elif reply.status == 200:
            said = "an answer that is no page of tweets"
        else:
            said = page_parser.detail(reply.body) or f"status {reply.status}"
        said = " ".join(sanitize.visible(said.replace(self._bearer, "[token]")).split())
        return said[:200].rstrip(".")

    def _wait(self, seconds: float, reason: str) -> None:
        for left in range(math.ceil(seconds), 0, -1):
            self._on_wait(left, reason)
            self._sleep(1.0)
        self._on_wait(0, reason)


def written_at(tweet_id: int) -> datetime | None:
    """Give the moment that an id carries; None before November 2010.

    Examples:
        >>> written_at(1146306463022538752).isoformat()
        '2019-07-03T06:35:32.785000+00:00'
    """
    if tweet_id < FIRST_SNOWFLAKE:
        return None
    return datetime.fromtimestamp(((tweet_id >> 22) + SNOWFLAKE_EPOCH) / 1000, UTC)
