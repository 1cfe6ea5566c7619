"""Archives of every kind with the same files, and a reader for their members."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

from workbench.archives import listing
from workbench.archives.codecs import zstd
from workbench.archives.compression import DamagedError

FILES = {"2019/07/03/06/29.json": b'{"id": 1}\n', "2019/07/03/06/30.json.gz": gzip.compress(b"{}")}


def entries(path: Path | str, tmp_path: Path) -> dict[str, bytes | str]:
    """Read every member: name -> its bytes, or why it is unreadable."""
    contents: dict[str, bytes | str] = {}
    for member in listing.members(Path(path), spool=tmp_path / "spool"):
        try:
            contents[member.name] = member.refusal or b"".join(member.chunks())
        except DamagedError as error:
            contents[member.name] = str(error)
        member.discard()
    return contents


def tar_of(files: dict[str, bytes], mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as bundle:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            bundle.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return packed.getvalue()


PACKERS = {
    "tar": tar_of,
    "tar.gz": lambda files: gzip.compress(tar_of(files)),
    "tar.bz2": lambda files: bz2.compress(tar_of(files)),
    "tar.xz": lambda files: lzma.compress(tar_of(files)),
    "tar.zst": lambda files: zstd.compress(tar_of(files)),
    "zip": zip_of,
}
PLAIN = {"2019/07/03/06/29.json": b'{"id": 1}\n', "2019/07/03/06/30.json.gz": b"{}"}
