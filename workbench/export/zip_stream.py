"""Pack the files of an export into a zip file piece by piece, so that memory never holds it."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

#: Bytes read and packed at once.
CHUNK = 2**20

#: Suffixes of files that are compressed already.
_PACKED = (".gz", ".zst", ".parquet")


class _Pipe:
    """A file that cannot seek: what is written to it is taken out again."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing; `zipfile` calls it."""

    def take(self) -> bytes:
        """Return what was written since the last call."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def stream(folder: Path, names: Sequence[str]) -> Iterator[bytes]:
    """Yield a zip file with some files of a folder, all below a folder of the same name.

    Equal files give equal bytes. All files are opened before anything is yielded, so that an export
    that is replaced meanwhile is still packed whole.

    Args:
        folder: The folder.
        names: Names of files in it.

    Raises:
        OSError: If a file cannot be opened.
    """
    with ExitStack() as stack:
        files = [(name, stack.enter_context((folder / name).open("rb"))) for name in names]
        pipe = _Pipe()
        with zipfile.ZipFile(cast("IO[bytes]", pipe), "w") as archive:
            for name, file in files:
                info = zipfile.ZipInfo(f"{folder.name}/{name}")
                is_packed = name.endswith(_PACKED)
                info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                with archive.open(info, "w", force_zip64=True) as member:
                    while chunk := file.read(CHUNK):
                        member.write(chunk)
                        yield pipe.take()
        yield pipe.take()
