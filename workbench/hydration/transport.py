"""Send requests through tweepy, with a timeout, and keep the token out of logs and errors."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.exceptions import ApiError

if TYPE_CHECKING:
    import requests
    import tweepy

#: Environment variables that may contain the bearer token. The first that is set counts.
VARIABLES = ("WORKBENCH_BEARER_TOKEN", "TWITTER_BEARER_TOKEN")

#: Address to which tweepy sends its requests.
HOST = "https://api.twitter.com"

#: Address to which they really go. Tests put the address of their own server here.
BASE = HOST

#: Seconds without a byte until a connection counts as lost. tweepy itself waits for ever.
TIMEOUT = 60


class Reply(NamedTuple):
    """Answer to a request: status (0 if the connection failed), body and headers."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def token(environment: Mapping[str, str] = os.environ) -> str:
    """Return the bearer token from the environment.

    Raises:
        ApiError: If there is none, or it contains characters that no token has.
    """
    bearer = next((environment[name] for name in VARIABLES if environment.get(name)), "").strip()
    if not bearer:
        msg = f"There is no bearer token for the API: {VARIABLES[0]} is not set."
        raise ApiError(
            msg,
            hint=f"`export {VARIABLES[0]}=...` with the token of your developer account. Or fetch "
            "with another tool what `workbench missing --ids ids.txt` lists.",
        )
    if not (bearer.isascii() and bearer.isprintable()) or " " in bearer:
        msg = f"The bearer token in {VARIABLES[0]} contains characters that no token has."
        raise ApiError(msg, hint="copy it again, without quotes, spaces and line breaks.")
    return bearer


def client(bearer: str) -> "tweepy.Client":
    """Return a client that sends the token to the API and shows it nowhere else.

    Args:
        bearer: Bearer token.

    Raises:
        ApiError: If tweepy is not installed.
    """
    try:
        import requests
        import tweepy
    except ModuleNotFoundError as error:
        msg = f"Fetching tweets needs the package {error.name}, which is not installed."
        raise ApiError(msg, hint="`pip install 'thread-workbench[api]'`.") from error

    class Session(requests.Session):
        """Add what tweepy has no option for: a timeout and another address."""

        def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
            address = BASE + url.removeprefix(HOST)
            return super().request(method, address, **{"timeout": TIMEOUT} | options)

    def sign(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        request.headers["Authorization"] = f"Bearer {bearer}"
        return request

    # tweepy logs the headers that it sets itself, so it never sees the token.
    client = tweepy.Client(return_type=requests.Response)
    client.session = Session()
    client.session.auth = sign
    return client


def sent(send: Callable[[], "requests.Response"]) -> Reply:
    """Send one request; raise no exception that keeps the request and its headers."""
    import requests
    import tweepy

    try:
        response = send()
    except tweepy.HTTPException as error:
        response = error.response
    except requests.ConnectionError:
        return Reply(0, b"no connection, or it was lost", {})
    except requests.RequestException as error:
        return Reply(0, type(error).__name__.encode(), {})
    except (AttributeError, TypeError, ValueError):
        # tweepy fails on error pages that are JSON but not an object, and on odd limit headers.
        return Reply(0, b"an answer that is not from the API", {})
    return Reply(response.status_code, response.content, response.headers)
