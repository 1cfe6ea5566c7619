"""Stamp files by their content, to notice that somebody has replaced them since.

A stamp costs a bounded amount of reading, however large the table is. It does not depend on the
size or the modification time alone, so a copied workspace keeps its stamps.
"""

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

#: Larger files are not read in full, but at `BLOCKS` places and at their end.
WHOLE_BYTES = 1 << 25
BLOCKS = 256
BLOCK_BYTES = 1 << 16

#: The last bytes of a Parquet file: the length of its footer, and a mark.
_PARQUET_MARK = b"PAR1"
_PARQUET_END = 8
#: Longest footer to read. That of ten thousand row groups is shorter.
_LONGEST_FOOTER = 1 << 26


def of(path: Path) -> str:
    """Return the stamp of a table: 16 hexadecimal digits; "" if it does not exist.

    Of a small file, every byte counts. Of a large one, the end counts, blocks spread over the
    whole file, and its size. The end of a Parquet file is its footer, with the number of rows and
    the size and the extremes of every column chunk. Of a folder, every file counts. Of a LanceDB
    table, the versions count: they name all data files, and Lance never uses a name twice.

    Args:
        path: A file, a folder of files, or a LanceDB table.
    """
    if path.is_file():
        return _of_file(path)
    files = _files(path)
    if not files:
        return ""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name} {_of_file(file)}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    versions = folder / "_versions"
    pattern = "*.manifest" if versions.is_dir() else "[!.]*"
    inside = versions if versions.is_dir() else folder
    return sorted(path for path in inside.glob(pattern) if path.is_file())


def _of_file(path: Path) -> str:
    status = path.stat()
    # Nobody can set the time of a change of status, so a stamp in the cache is never outdated.
    key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return _stamp(path, key)


@lru_cache(maxsize=1024)
def _stamp(path: Path, key: tuple[int, ...]) -> str:  # another file has another `key`
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest = hashlib.sha256(str(size).encode())
        for start, length in _pieces(file, size):
            file.seek(start)
            digest.update(file.read(length))
    return digest.hexdigest()[:16]


def _pieces(file: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
    """Choose the bytes that count: start and length of each piece."""
    if size <= WHOLE_BYTES:
        yield 0, size
        return
    step = size // BLOCKS
    yield from ((start, BLOCK_BYTES) for start in range(0, size, step))
    footer = _footer_bytes(file, size)
    yield size - footer, footer


def _footer_bytes(file: BinaryIO, size: int) -> int:
    """Return the length of the footer of a Parquet file; that of one block for any other file."""
    file.seek(size - _PARQUET_END)
    end = file.read(_PARQUET_END)
    if not end.endswith(_PARQUET_MARK):
        return BLOCK_BYTES
    length = int.from_bytes(end[:4], "little") + _PARQUET_END
    return min(length, size, _LONGEST_FOOTER)
