"""Cut the bytes of a member at line ends, many lines at a time."""

from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cached_property
from typing import Final, Literal

import numpy as np


class Oversized(Enum):
    """Takes the place of a record that is longer than allowed."""

    TOO_LONG = "too long"


TOO_LONG: Final = Oversized.TOO_LONG

#: The bytes of a record, or `TOO_LONG`.
Content = bytes | Literal[Oversized.TOO_LONG]

#: A record and its number. Lines of a file, elements of an array and rows of a CSV count from 1.
Record = tuple[int, Content]

_LF, _CR, _OPEN, _CLOSE = b"\n\r{}"


class Lines:
    r"""Consecutive lines of a member.

    Args:
        first: Number of the first line.
        data: Their bytes, with line ends; only the last line of a member may lack its end.

    Examples:
        >>> lines = Lines(7, b'{"id": 1}\r\n\r\n{"id": 2}\n')
        >>> lines.record(9)
        b'{"id": 2}'
        >>> list(lines.records(max_bytes=99))
        [(7, b'{"id": 1}\r'), (8, b''), (9, b'{"id": 2}')]
    """

    def __init__(self, first: int, data: bytes) -> None:
        self.first = first
        self.data = data

    @cached_property
    def _codes(self) -> np.ndarray:
        return np.frombuffer(self.data, np.uint8)

    @cached_property
    def _ends(self) -> np.ndarray:
        return np.flatnonzero(self._codes == _LF)

    def __len__(self) -> int:
        # The places of the ends take 8 bytes each, which blank lines in the millions must not cost.
        return self.data.count(b"\n") + (not self.data.endswith(b"\n"))

    def are_blank(self) -> bool:
        """Return whether all lines are blank; failing writers leave millions of these."""
        return self.data.isspace()

    def of_objects(self, count: int) -> Sequence[int] | None:
        """Return the numbers of the non-blank lines, if each contains one of `count` JSON values.

        JSON has no bare line end inside a string, and needs a comma between two objects. So a line
        end between `}` and `{` always separates two values.

        Returns:
            None if a line is not an object of its own, or lacks its end.
        """
        codes, ends = self._codes, self._ends
        if not self.data.endswith(b"\n"):
            return None
        starts = np.concatenate([[0], ends[:-1] + 1])
        stops = ends - (codes[ends - 1] == _CR)
        filled = np.flatnonzero(stops > starts)
        if len(filled) != count:
            return None
        if (codes[starts[filled]] != _OPEN).any() or (codes[stops[filled] - 1] != _CLOSE).any():
            return None
        return (filled + self.first).tolist()

    def record(self, number: int) -> bytes:
        """Return one line without its end."""
        index = number - self.first
        start = self._ends[index - 1] + 1 if index else 0
        return self.data[start : self._ends[index] if index < len(self._ends) else None]

    def records(self, *, max_bytes: int) -> Iterator[Record]:
        """Yield each line; a blank one as empty bytes, an oversized one as `TOO_LONG`."""
        lines = self.data.split(b"\n")
        for number, line in enumerate(lines[: len(self)], self.first):
            if 1 < len(line) <= max_bytes:
                yield number, line
            else:
                yield number, TOO_LONG if len(line) > 1 else line.strip()


def cut(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Lines | list[Record]]:
    """Cut chunks of any size into lines; a line that exceeds the limit is yielded separately.

    Memory is bounded by a chunk and the limit, however long a line is.
    """
    number, rest, skipping = 1, b"", False
    for chunk in chunks:
        start, end = 0, chunk.rfind(b"\n") + 1
        if end:
            if skipping:  # the rest of a line that was already yielded as TOO_LONG
                start, skipping = chunk.find(b"\n") + 1, False
            if start < end:
                lines = Lines(number, b"".join([rest, memoryview(chunk)[start:end]]))
                number += len(lines)
                yield lines
            rest = chunk[end:]
        elif not skipping:
            rest += chunk
        if not skipping and len(rest) > max_bytes:
            yield [(number, TOO_LONG)]
            number, skipping = number + 1, True
        if skipping:
            rest = b""
    if rest.strip():
        yield Lines(number, rest)
