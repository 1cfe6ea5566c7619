"""Lines: the bytes of a member cut at their line ends, many lines at a time."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

#: Records are numbered from 1: lines of a file, elements of an array, rows of a CSV.
Record = tuple[int, bytes]

#: Stands for a record that is longer than allowed; compared by identity.
TOO_LONG = b"\x00too long"

_LF, _CR, _OPEN, _CLOSE = b"\n\r{}"


class Lines:
    r"""Lines that lie one after the other in a member.

    Args:
        first: Number of the first one.
        data: Their bytes, line ends included; only the last line of a member may lack its own.

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
        return len(self._ends) + (not self.data.endswith(b"\n"))

    def are_blank(self) -> bool:
        """Tell whether there is nothing but blanks, as in the millions where a writer failed."""
        return self.data.isspace()

    def of_objects(self, count: int) -> Sequence[int] | None:
        """Number the lines that are not blank, if each holds one of `count` JSON values.

        JSON has no bare line end inside a string and wants a comma between two objects, so a line
        end with `}` before and `{` behind it always parts two values.

        Returns:
            None where a line is not an object of its own, or lacks its end.
        """
        codes, ends = self._codes, self._ends
        if len(ends) < len(self):
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
        """Give one line without its end."""
        at = number - self.first
        start = self._ends[at - 1] + 1 if at else 0
        return self.data[start : self._ends[at] if at < len(self._ends) else None]

    def records(self, *, max_bytes: int) -> Iterator[Record]:
        """Give each line; blank ones as empty bytes, longer ones than allowed as `TOO_LONG`."""
        lines = self.data.split(b"\n")
        for number, line in enumerate(lines[: len(self)], self.first):
            if 1 < len(line) <= max_bytes:
                yield number, line
            else:
                yield number, TOO_LONG if len(line) > 1 else line.strip()


def cut(chunks: Iterator[bytes], *, max_bytes: int) -> Iterator[Lines | list[Record]]:
    """Cut bytes that come in chunks of any size; a line that passes the limit stands by itself.

    Memory is bounded by a chunk and the limit, however long the line.
    """
    number, rest, skipping = 1, b"", False
    for chunk in chunks:
        start, end = 0, chunk.rfind(b"\n") + 1
        if end:
            if skipping:  # the line was given as TOO_LONG when it passed the limit; here it ends
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
