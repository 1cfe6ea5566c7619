"""Open a remote file like a local one: seekable, with read-ahead, or as a stream."""

import functools
import io
import threading
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException, HTTPResponse
from typing import BinaryIO, cast

from workbench.exceptions import BrokenFileError
from workbench.remote import stores
from workbench.remote.files import RemoteFile
from workbench.remote.refusals import explained

#: Bytes of a request after a jump, and the most of one. Requests double while reading goes on.
SMALL = 1 << 16
LARGE = 4 << 20

#: Bytes that may be skipped without a jump: the header between two members.
_STEP = 1 << 12

#: Seconds without an answer after which a stream is broken.
_PATIENCE = 60


def open_file(file: RemoteFile, *, until: int | None = None) -> BinaryIO:
    """Open a remote file.

    Args:
        file: The file.
        until: Where reading will probably end. It is read ahead as far as this.

    Raises:
        RemoteError: If it is a stream and cannot be opened. All others fail when they are read.
    """
    if not file.is_seekable:
        return _opened_stream(file)
    return cast(BinaryIO, _Cursor(_windows(file), until or 0))


# Readers of one file share its windows: neighbouring members are often in one.
@functools.lru_cache(maxsize=2)
def _windows(file: RemoteFile) -> "_Windows":
    return _Windows(file)


@functools.cache
def _helper() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="read-ahead")


class _Windows:
    """The part of a file that is in memory, and the next one, which is on its way."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        self._size = file.size or 0
        self._start, self._data = 0, b""
        self._ahead = SMALL
        self._next: tuple[int, Future[bytes]] | None = None
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return self._size

    def read(self, position: int, size: int, until: int) -> bytes:
        """Return at most `size` bytes; empty at the end of the file."""
        if size <= 0 or position >= self._size:
            return b""
        with self._lock:
            end = self._start + len(self._data)
            if not self._start <= position < end:
                self._move(position, size, until)
            data = self._data[position - self._start :][:size]
            self._read_ahead(until)
        return data

    def _move(self, position: int, size: int, until: int) -> None:
        end = self._start + len(self._data)
        if self._next and self._next[0] <= position < self._next[0] + self._ahead:
            start, waiting = self._next
            self._next = None
            data = waiting.result()
            if position < start + len(data):
                self._start, self._data = start, data
                return
        self._next = None
        goes_on = bool(self._data) and end <= position <= end + _STEP
        self._ahead = min(2 * self._ahead, LARGE) if goes_on else SMALL
        least = min(max(until - position, self._ahead), LARGE)
        # The end of a zip or Parquet file says where its directory is, which is in front of it.
        start = position if goes_on else min(position, max(self._size - SMALL, 0))
        self._start, self._data = start, self._fetch(start, max(size, least) + position - start)

    def _read_ahead(self, until: int) -> None:
        end = self._start + len(self._data)
        if self._next is None and end < min(until, self._size):
            self._ahead = min(LARGE, until - end)
            self._next = end, _helper().submit(self._fetch, end, self._ahead)

    def _fetch(self, start: int, size: int) -> bytes:
        file, stop = self._file, min(start + size, self._size)
        data, entry = stores.read(file.root, file.key, start, stop)
        if not file.is_fixed and (entry.version, entry.size) != (file.version, file.size):
            msg = f"{file} has changed since it was listed."
            raise BrokenFileError(msg, hint="run the same command again.")
        if len(data) < stop - start:
            msg = f"{file} ends after {start + len(data):,} of {self._size:,} bytes."
            raise BrokenFileError(msg, hint="run the same command again.")
        return data


class _Cursor(io.RawIOBase):
    """A position in a file."""

    def __init__(self, windows: _Windows, until: int) -> None:
        self._windows = windows
        self._until = until
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        starts = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._windows.size}
        if starts[whence] + offset < 0:
            msg = f"negative position {starts[whence] + offset}"
            raise ValueError(msg)
        self._position = starts[whence] + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._windows.read(self._position, len(buffer), self._until)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """Read as many bytes as there are, like a local file."""
        left = self._windows.size - self._position if size < 0 else size
        pieces = []
        while left > 0 and (piece := self._windows.read(self._position, left, self._until)):
            pieces.append(piece)
            left -= len(piece)
            self._position += len(piece)
        return b"".join(pieces)


def _opened_stream(file: RemoteFile) -> BinaryIO:
    opener = urllib.request.build_opener(_SameSafety)
    with explained(file.root):
        try:
            answer: HTTPResponse = opener.open(file.root, timeout=_PATIENCE)
            return cast(BinaryIO, _Stream(file, answer))
        except urllib.error.HTTPError as error:
            msg = f"non-2xx status code: {error.code} {error.reason}"
            kind = FileNotFoundError if error.code == 404 else OSError
            raise kind(msg) from None


class _SameSafety(urllib.request.HTTPRedirectHandler):
    """Follow a redirect to https, or from http to http, and to nothing else."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917
        if not newurl.startswith(("https://", f"{req.type}://")):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Stream(io.RawIOBase):
    """A file that is read once, from start to end."""

    def __init__(self, file: RemoteFile, answer: HTTPResponse) -> None:
        self._file = file
        self._answer = answer

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._answer.read(size) if size >= 0 else self._answer.read()
        except (OSError, HTTPException):
            # Not chained: some of these errors contain the whole address.
            raise self._broken() from None
        if size and not data and self._answer.length:
            raise self._broken()  # a short answer ends in silence
        return data

    def _broken(self) -> BrokenFileError:
        msg = f"The connection broke while {self._file} was read."
        return BrokenFileError(msg, hint="run the same command again.")

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._answer.close()
        super().close()
