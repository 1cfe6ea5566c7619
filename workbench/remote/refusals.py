"""Say what a server or its library refuses, without the secrets that their messages contain."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from workbench.exceptions import BrokenFileError, RemoteError
from workbench.remote import addresses
from workbench.remote.addresses import Address

_AGAIN = "run the same command again."

_AZURE = "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY in the environment."
_WEB = "the address may have expired, or the server wants a login that only a browser has."
_CREDENTIALS = {
    "s3": "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION in the environment; "
    "for a public bucket set AWS_SKIP_SIGNATURE=true.",
    "gs": "set GOOGLE_SERVICE_ACCOUNT or GOOGLE_APPLICATION_CREDENTIALS in the environment.",
    "https": _WEB,
    "http": _WEB,
}


class _Case(NamedTuple):
    """What the message of the library contains, and what is said in its place."""

    pattern: re.Pattern[str]
    problem: str
    hint: str
    kind: type[RemoteError] = RemoteError


#: Placeholders: `{root}` and `{address}` of the file, `{login}` how to name credentials, `{0}` what
#: the pattern has caught.
_CASES = (
    _Case(re.compile("NoSuchBucket"), "There is no bucket {root}.", "correct its name."),
    _Case(
        re.compile("FileNotFoundError"),
        "{address} does not exist.",
        "correct the address.",
        BrokenFileError,
    ),
    _Case(
        re.compile(
            r"169\.254\.|metadata\.google|/latest/api/token|InstanceMetadata|no credential", re.I
        ),
        "There are no credentials for {root}.",
        "{login}",
    ),
    _Case(
        re.compile(
            r"(PermissionDenied|Unauthenticated)Error|code: 40[13] |AccessDenied"
            r"|InvalidAccessKeyId|SignatureDoesNotMatch"
        ),
        "Access to {address} is denied.",
        "{login}",
    ),
    _Case(
        re.compile("body error|Interrupted|IncompleteBody|UnexpectedEof"),
        "The connection broke while {address} was read.",
        _AGAIN,
        BrokenFileError,
    ),
    _Case(
        re.compile("InvalidPathError|ValueError"),
        "{root} has a key that cannot be read, such as one with two slashes in a row.",
        "rename it, or name a folder without it.",
    ),
    _Case(
        re.compile(r"non-2xx status code: (\d{3}[\w -]*)"),
        "The server of {root} answers: {0}.",
        _AGAIN,
    ),
    _Case(
        re.compile(""),
        "The server of {root} cannot be reached.",
        f"check the address and the network, then {_AGAIN}",
    ),
)


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn errors of the library into `RemoteError`; `FileExistsError` passes.

    Args:
        url: What is read or written.

    Raises:
        RemoteError: For everything else.
    """
    from obstore.exceptions import BaseError, NotSupportedError

    try:
        yield
    except (FileExistsError, RemoteError, NotSupportedError):
        raise
    except (OSError, ValueError, BaseError) as error:
        # The message of the library contains the whole address, so it is not passed on.
        raise _as_remote(error, addresses.parse(url)) from None


def _as_remote(error: Exception, address: Address) -> RemoteError:
    text = f"{type(error).__name__}: {error}"
    case, caught = next(
        (case, match) for case in _CASES if (match := case.pattern.search(text)) is not None
    )
    words = (caught[1].strip(),) if caught.lastindex and case.pattern.groups else ()
    login = _CREDENTIALS.get(address.scheme, _AZURE)
    fill: Callable[..., str] = case.problem.format
    problem = fill(*words, root=address.root, address=address)
    return case.kind(problem, hint=case.hint.format(login=login))
