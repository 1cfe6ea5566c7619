"""Transport: tweepy, with a timeout, and with the token kept out of its logs and errors."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.exceptions import ApiError

if TYPE_CHECKING:
    import requests
    import tweepy

#: Environment variables that may hold the bearer token, the first that is set counts.
VARIABLES = ("WORKBENCH_BEARER_TOKEN", "TWITTER_BEARER_TOKEN")

#: Where tweepy sends its requests.
HOST = "https://api.twitter.com"

#: Where they go in fact; tests put the address of a server of their own here.
BASE = HOST

#: Seconds without a byte after which a connection counts as cut; tweepy itself waits for ever.
TIMEOUT = 60


class Reply(NamedTuple):
    """What came back: status (0 where the connection failed), body, headers."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def token(environment: Mapping[str, str] = os.environ) -> str:
    """Give the bearer token that the environment holds.

    Raises:
        ApiError: If it holds none, or one with other characters than tokens have.
    """
    found = next((environment[name] for name in VARIABLES if environment.get(name)), "").strip()
    if not found:
        msg = f"There is no bearer token for the API: {VARIABLES[0]} is not set."
        raise ApiError(
            msg,
            hint=f"`export {VARIABLES[0]}=...` with the token of your developer account, or let "
            "other tools fetch what `workbench missing --ids ids.txt` lists.",
        )
    if not (found.isascii() and found.isprintable()) or " " in found:
        msg = f"The bearer token in {VARIABLES[0]} has characters that no token has."
        raise ApiError(msg, hint="copy it again, without quotes, spaces and line breaks.")
    return found


def client(bearer: str) -> "tweepy.Client":
    """Make a client that sends the token to the API and shows it to nobody.

    Args:
        bearer: The bearer token.

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
        """Adds what tweepy has no option for: a timeout, and another address."""

        def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
            address = BASE + url.removeprefix(HOST)
            return super().request(method, address, **{"timeout": TIMEOUT} | options)

    def sign(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        request.headers["Authorization"] = f"Bearer {bearer}"
        return request

    # tweepy logs the headers that it sets itself, so it is not told the token.
    made = tweepy.Client(return_type=requests.Response)
    made.session = Session()
    made.session.auth = sign
    return made


def sent(send: Callable[[], "requests.Response"]) -> Reply:
    """Send one request; gives no exception that holds on to the request and its headers."""
    import requests
    import tweepy

    try:
        response = send()
    except tweepy.HTTPException as error:
        response = error.response
    except requests.ConnectionError:
        return Reply(0, b"no connection, or one that was cut", {})
    except requests.RequestException as error:
        return Reply(0, type(error).__name__.encode(), {})
    except (AttributeError, TypeError, ValueError):
        # tweepy stumbles over error pages that are JSON but no object, and odd limit headers.
        return Reply(0, b"an answer that is not of the API", {})
    return Reply(response.status_code, response.content, response.headers)
