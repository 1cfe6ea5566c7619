"""Take the address of a remote file or folder apart, and show it without secrets."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from workbench.exceptions import RemoteError

#: Buckets of Amazon and compatible servers, Google and Azure.
BUCKETS = ("s3", "gs", "az", "abfs", "abfss")
WEB = ("https", "http")
HUB = "hf"
SCHEMES = (*BUCKETS, HUB, *WEB)

#: `pathlib` joins slashes, so that an address may arrive as `s3:/bucket`.
_KNOWN = re.compile(rf"({'|'.join(SCHEMES)}):/+", re.IGNORECASE)
_UNKNOWN = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)

#: Parameters of signed addresses. They differ each time, and do not say which file it is.
_SIGNATURE = re.compile(
    r"x-(amz|goog)-|(awsaccesskeyid|signature|expires|policy|key-pair-id)$"
    r"|(sig|se|sp|sv|sr|st|spr|sks|ske|skt|skv|skoid|sktid|token|access_token|key|api_key)$",
    re.IGNORECASE,
)
_FINGERPRINT_BYTES = 4


@dataclass(frozen=True)
class Address:
    """The address of a remote file, folder or glob. As text it contains no secrets.

    Args:
        scheme: One of `SCHEMES`.
        place: The bucket, the host, or the kind of repository.
        key: The path in it, without a slash at the start.
        query: What follows `?` in an address of the web; may contain a signature.
    """

    scheme: str
    place: str
    key: str
    query: str = field(default="", repr=False)

    @property
    def root(self) -> str:
        """The address of the bucket or host."""
        return f"{self.scheme}://{self.place}"

    @property
    def url(self) -> str:
        """The whole address, with secrets: for requests only."""
        return f"{self.root}/{self.key}" + (f"?{self.query}" if self.query else "")

    def __str__(self) -> str:
        """Return the address without secrets; two files of one path still differ."""
        pairs = parse_qsl(self.query, keep_blank_values=True)
        telling = [pair for pair in pairs if not _SIGNATURE.match(pair[0])]
        if not telling:
            return f"{self.root}/{self.key}"
        digest = hashlib.blake2b(repr(telling).encode(), digest_size=_FINGERPRINT_BYTES)
        return f"{self.root}/{self.key}?query={digest.hexdigest()}"


def is_address(text: str | Path) -> bool:
    """Return whether a text is an address, and not a path of this machine.

    Examples:
        >>> is_address("s3://bucket/july.tar"), is_address(Path("s3://bucket/july.tar"))
        (True, True)
        >>> is_address("dumps/july.tar"), is_address("C:/july.tar")
        (False, False)
    """
    text = str(text)
    return bool(_KNOWN.match(text) or _UNKNOWN.match(text))


def parse(text: str | Path) -> Address:
    """Take an address apart.

    Raises:
        RemoteError: If its kind is unknown, it names no bucket or host, or it contains a password.

    Examples:
        >>> parse("s3://bucket/dumps/*.tar").key
        'dumps/*.tar'
        >>> str(parse("https://host/a.tar?X-Amz-Signature=secret"))
        'https://host/a.tar'
    """
    text = str(text)
    known = _KNOWN.match(text)
    if known is None:
        scheme = text.partition(":")[0]
        msg = f"Addresses that start with {scheme}:// cannot be read."
        kinds = ", ".join(f"{each}://" for each in SCHEMES)
        hint = "name the path itself." if scheme == "file" else f"these can: {kinds}."
        raise RemoteError(msg, hint=hint)
    scheme, rest = known[1].lower(), text[known.end() :]
    if scheme in WEB:
        parts = urlsplit(f"{scheme}://{rest}")
        address = Address(scheme, parts.netloc, parts.path.removeprefix("/"), parts.query)
    else:
        place, _, key = rest.partition("/")
        address = Address(scheme, place, key)
    _check(address)
    return address


def _check(address: Address) -> None:
    # An address of Azure names the container before the account: abfs://container@account
    has_user = "@" in address.place and not address.scheme.startswith("abfs")
    if has_user or ":" in address.place.rpartition("@")[0]:
        msg = f"The address {address.scheme}://… contains a name or a password."
        hint = "leave them out: everybody who sees the workspace could read them. "
        raise RemoteError(msg, hint=f"{hint}Credentials come from the environment.")
    if not address.place:
        msg = f"The address {address.scheme}:// names no bucket or host."
        raise RemoteError(msg, hint=f"write {address.scheme}://NAME/PATH.")
