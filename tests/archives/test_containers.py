import bz2
import gzip
import io
import random
import tarfile
import zipfile

import pytest

from workbench.archives import containers
from workbench.archives.containers import Container
from workbench.remote.files import expand


def tar_bytes(data: bytes = b"x") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as bundle:
        info = tarfile.TarInfo("a")
        info.size = len(data)
        bundle.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def zip_bytes() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as bundle:
        bundle.writestr("a", b"x")
    return stream.getvalue()


NOISE = random.Random(1).randbytes(800_000)


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (zip_bytes(), Container.ZIP),
        (tar_bytes(), Container.TAR),
        (gzip.compress(tar_bytes()), Container.COMPRESSED_TAR),
        # Nothing of this is known before its first block is whole.
        (bz2.compress(tar_bytes(NOISE)), Container.COMPRESSED_TAR),
        (gzip.compress(b"{}"), Container.SINGLE_FILE),
        (b"", Container.SINGLE_FILE),
    ],
)
def test_container_is_recognized_here_and_elsewhere(data, container, web, tmp_path):
    (tmp_path / "a").write_bytes(data)
    (remote,) = expand(web.put("a", data))
    assert containers.of_file(tmp_path / "a") is container
    assert containers.of_file(remote) is container
