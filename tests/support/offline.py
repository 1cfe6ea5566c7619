"""Offline: odd texts that every embedder is tried on, and proof that none goes to the network."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

#: Short, long, repeated, of other scripts, and with characters that break what is careless.
ODD_TEXTS = [
    "why is the sky blue?",
    "hi",
    "what's a good way to learn the cello at forty " * 12,
    "\N{CAT FACE} \N{SPARKLES} ok",
    "Как пожарить картошку?",
    "a\x00b <script>alert(1)</script>",
    "word " * 400,
]


def no_network(*args, **kwargs):
    msg = "something went to the network"
    raise AssertionError(msg)


@contextmanager
def offline() -> Iterator[pytest.MonkeyPatch]:
    """Fail whatever looks up a host or connects to one meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", no_network)
        patch.setattr(socket.socket, "connect", no_network)
        yield patch
