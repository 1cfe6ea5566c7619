"""Hash the members of a task; fetch the next remote one while the last one is read."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from workbench.archives import places
from workbench.archives.member import Member
from workbench.exceptions import BrokenFileError
from workbench.ingest import member_reader
from workbench.remote.files import RemoteFile


def hashed(members: Iterable[Member]) -> Iterator[tuple[Member, str]]:
    """Yield each member, and its content hash.

    The bytes of a remote member are in memory if they are not too many, so that they cross the
    network once. A larger one is read twice: to hash it, then to split it. A remote member that
    breaks off has a `refusal` then. Its hash is that of the refusal, so it is read again by the
    next run.

    Raises:
        RemoteError: If a server cannot be reached or used.
    """
    members = [*members]
    if not any(isinstance(member.path, RemoteFile) for member in members):
        for member in members:
            yield member, member_reader.content_hash(member)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="fetch") as pool:
        waiting: deque[Future[tuple[Member, str]]] = deque()
        for member in members:
            waiting.append(pool.submit(_fetch, member))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _fetch(member: Member) -> tuple[Member, str]:
    try:
        member = member.fetched()
        digest, size = member_reader.hash_and_size(member)
    except BrokenFileError as error:
        member = replace(member, refusal=error.problem)
        return member, member_reader.content_hash(member)
    if member.path is not None and not places.is_seekable(member.path):
        member = replace(member, size=size)  # the server did not say
    return member, digest
