"""Make the ids of an API v1.1 status exact: each is there as a number and as a string."""

from workbench.ingest.exact_ids import IdReader
from workbench.ingest.formats.v1_fields import NO_USER, Status, User, WrittenStatus


def exact(status: Status, ids: IdReader) -> None:
    """Replace the ids of a status by the exact ones. Those of statuses inside it are left."""
    user = status.user or NO_USER
    if type(status) is not WrittenStatus and _is_exact(status, user):
        return
    exact = ids.read(
        tweet_id=(status.id, status.id_str),
        reply_to_id=(status.in_reply_to_status_id, status.in_reply_to_status_id_str),
        reply_to_author_id=(status.in_reply_to_user_id, status.in_reply_to_user_id_str),
        quoted_id=(status.quoted_status_id, status.quoted_status_id_str),
        author_id=(user.id, user.id_str),
    )
    status.id = exact["tweet_id"]
    status.in_reply_to_status_id = exact["reply_to_id"]
    status.in_reply_to_user_id = exact["reply_to_author_id"]
    status.quoted_status_id = exact["quoted_id"]
    if status.user is not None:
        status.user.id = exact["author_id"]


def _is_exact(status: Status, user: User) -> bool:
    """Return whether every number of a status equals its string."""
    parent, parent_author = status.in_reply_to_status_id, status.in_reply_to_user_id
    quoted = status.quoted_status_id
    return (
        str(status.id) == status.id_str
        and str(user.id) == user.id_str
        and (str(parent) if parent else None) == status.in_reply_to_status_id_str
        and (str(parent_author) if parent_author else None) == status.in_reply_to_user_id_str
        and (str(quoted) if quoted else None) == status.quoted_status_id_str
    )
