"""Statuses of API v1.1: one with every field that is read, and short ones."""

#: An id of 2019-07-03.
NEW = 1146307485200000000
USER = {"id": 7, "id_str": "7", "screen_name": "ann"}
STATUS = {
    "created_at": "Wed Jul 03 06:29:00 +0000 2019",
    "id": NEW,
    "id_str": str(NEW),
    "text": "why is the sky blue? &amp; so",
    "truncated": False,
    "user": USER,
    "lang": "en",
    "in_reply_to_status_id": NEW - 5,
    "in_reply_to_user_id": 8,
    "favorite_count": 0,
    "entities": {"hashtags": [{"text": "sky", "indices": [0, 4]}], "media": []},
    "extended_tweet": {"full_text": "why is the sky blue? " * 9, "entities": {"hashtags": []}},
    "quoted_status": {"id": NEW - 9, "text": "quoted", "user": USER, "favorite_count": 3},
}


def status(tweet_id: int = NEW, **more: object) -> dict:
    """Return a short status, and more fields of it."""
    return {"id": tweet_id, "text": f"text {tweet_id}", "user": USER, **more}
