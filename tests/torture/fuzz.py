"""Let atheris look for files that stop the readers: coverage decides what to change next.

Usage: `python -m tests.torture.fuzz CORPUS [OPTIONS OF LIBFUZZER]`, or `make fuzz`. CORPUS is a
folder; one undamaged file of each format is written there first. Files that reach new code are
added to it. A file that fails is written to the current folder as `crash-...`.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.torture.mutated_files import CONTAINERS, contents
from workbench.recipe import IngestSettings
from workbench.schemas import RejectKind
from workbench.schemas.ledger import OUTCOMES

#: Longest file to try, in bytes: faults rarely need more, and short ones are quick.
LONGEST = 8_192

#: What is fuzzed.
PACKAGES = ("workbench.archives", "workbench.ingest")


def reader(folder: Path) -> Callable[[bytes], None]:
    """Return what reads a file like the ingest does: any failure of a reader is an exception.

    Args:
        folder: Where it may write.
    """
    from workbench.archives import listing
    from workbench.ingest import member_reader, staging

    settings = IngestSettings()

    def read(data: bytes) -> None:
        path = folder / "input"
        path.write_bytes(data)
        parts = staging.Parts(folder)
        for member in listing.members(path, spool=folder):
            digest = member_reader.content_hash(member)
            row = member_reader.read_member(member, digest=digest, settings=settings, parts=parts)
            assert row["lines"] == sum(row[name] for name in OUTCOMES)
            assert "the reader failed" not in str(row["damage"]), row
            member.discard()
        assert all(each["kind"] is not RejectKind.READER_FAILED for each in parts.rejects)
        parts.rows.frame()

    return read


def write_corpus(folder: Path) -> None:
    """Write one file of each format, and one in each container."""
    folder.mkdir(parents=True, exist_ok=True)
    files = contents()
    for name, members in files.items():
        data = CONTAINERS["plain"](members)
        (folder / name.replace(", ", "-")).write_bytes(data[:LONGEST])
    for name, pack in CONTAINERS.items():
        (folder / f"container-{name}").write_bytes(pack(files["twint, lines"])[:LONGEST])


def main() -> None:
    """Write the corpus and start to fuzz."""
    try:
        import atheris
    except ImportError:
        sys.exit(
            "atheris is not installed: it has wheels for Linux and some versions of Python only.\n"
            "`make mutations` needs nothing and looks for the same faults, without coverage."
        )
    corpus, *options = sys.argv[1:]
    write_corpus(Path(corpus))
    for name in [each for each in sys.modules if each.startswith(PACKAGES)]:
        del sys.modules[name]  # they are imported again, with instruments
    with atheris.instrument_imports(include=[*PACKAGES]):
        read = reader(Path(tempfile.mkdtemp()))
    atheris.Setup([sys.argv[0], f"-max_len={LONGEST}", *options, corpus], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
