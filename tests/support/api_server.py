"""Api server: a local HTTP server that behaves like the API v2, limits and failures too."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "AAAAsecretAAAA%2Ftoken%3D"
PROBLEM = "https://api.twitter.com/2/problems/"
TITLES = {
    "resource-not-found": "Not Found Error",
    "not-authorized-for-resource": "Authorization Error",
    "operational-disconnect": "Service Unavailable",
}


def status(tweet_id, text="a text", **fields):
    """A tweet as the API writes it."""
    replied = fields.pop("reply_to_id", None)
    tweet = {
        "id": str(tweet_id),
        "text": text,
        "author_id": "5",
        "created_at": "2019-07-03T06:29:00.000Z",
        "lang": "en",
        "conversation_id": str(fields.pop("conversation_id", tweet_id)),
        "public_metrics": {
            "retweet_count": 0,
            "reply_count": 3,
            "like_count": 2,
            "quote_count": 0,
        },
    }
    if replied:
        tweet["referenced_tweets"] = [{"type": "replied_to", "id": str(replied)}]
    return tweet | fields


@dataclass
class Server:
    """What the server holds, how it misbehaves, and what it was asked."""

    base: str = ""
    tweets: dict = field(default_factory=dict)
    #: Tweet -> end of the type of the problem that is reported in its place.
    problems: dict = field(default_factory=dict)
    #: Tweets that answers say nothing of.
    silent: set = field(default_factory=set)
    #: What happens to the next requests, in order: a name of `MISBEHAVIOURS`, or "" for nothing.
    plan: list = field(default_factory=list)
    #: Searches that the account may use.
    searches: tuple = ("all", "recent")
    #: Tweets on a page of a search.
    page_size: int = 2
    #: Where the limit of requests ends, as seconds since 1970.
    reset: int = field(default_factory=lambda: int(time.time()) + 42)
    elsewhere: str = ""
    #: Each request: path, parameters, headers.
    asked: list = field(default_factory=list)

    @property
    def looked_up(self):
        """The ids of each lookup."""
        lists = [query["ids"][0] for path, query, _ in self.asked if path == "/2/tweets"]
        return [[int(one) for one in ids.split(",")] for ids in lists]

    @property
    def ids(self):
        """The ids of all lookups, in order."""
        return [one for ids in self.looked_up for one in ids]

    def lookup(self, ids):
        assert len(ids) <= 100, "the API takes 100 ids a request"
        body = {"data": [self.tweets[one] for one in ids if one in self.tweets]}
        included = {
            int(reference["id"]): None
            for tweet in body["data"]
            for reference in tweet.get("referenced_tweets", [])
        }
        beside = [one for one in included if one in self.tweets]
        if beside:
            body["includes"] = {"tweets": [self.tweets[one] for one in beside]}
        lost = {one: "ids" for one in ids if one not in self.tweets}
        lost |= {one: "referenced_tweets.id" for one in included if one not in self.tweets}
        errors = [self.problem(one, where) for one, where in lost.items() if one not in self.silent]
        return {key: value for key, value in (body | {"errors": errors}).items() if value} or {
            "meta": {"result_count": 0}
        }

    def problem(self, tweet_id, where):
        kind = self.problems.get(tweet_id, "resource-not-found")
        return {
            "resource_type": "tweet",
            "resource_id": str(tweet_id),
            "value": str(tweet_id),
            "parameter": where,
            "title": TITLES[kind],
            "type": PROBLEM + kind,
            "detail": f"Could not find tweet with {where}: [{tweet_id}].",
        }

    def search(self, query, token):
        conversation = query.removeprefix("conversation_id:")
        tweets = [t for t in self.tweets.values() if t["conversation_id"] == conversation]
        tweets = sorted((t for t in tweets if t["id"] != conversation), key=lambda t: -int(t["id"]))
        start = int(token.removeprefix("next") or 0) if token else 0
        page = tweets[start : start + self.page_size]
        meta = {"result_count": len(page)}
        if start + self.page_size < len(tweets):
            meta["next_token"] = f"next{start + self.page_size}"
        return ({"data": page} if page else {}) | {"meta": meta}


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server.state
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        server.asked.append((parts.path, query, dict(self.headers)))
        misbehaviour = server.plan.pop(0) if server.plan else ""
        if misbehaviour:
            MISBEHAVIOURS[misbehaviour](self)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.say(401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"})
        elif parts.path == "/2/tweets":
            self.say(200, server.lookup([int(one) for one in query["ids"][0].split(",")]))
        elif parts.path.rpartition("/")[2] not in server.searches:
            self.say(403, {"title": "Client Forbidden", "detail": "Not in your access level."})
        else:
            token = query.get("next_token", [""])[0]
            self.say(200, server.search(query["query"][0], token))

    def say(self, code, body, *, claim=0, **headers):
        content = body if isinstance(body, bytes) else json.dumps(body, indent=1).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content) + claim))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True


def _limit(handler):
    body = {"title": "Too Many Requests", "status": 429, "detail": "Too Many Requests"}
    handler.say(429, body, x_rate_limit_reset=handler.server.state.reset)


def _cap(handler):
    body = {"title": "UsageCapExceeded", "period": "Monthly", "type": PROBLEM + "usage-capped"}
    handler.say(429, body | {"detail": "Usage cap exceeded: Monthly product cap"})


def _hang_up(handler):
    handler.close_connection = True


def _echo(handler):
    message = f"bad header \x1b[31m{handler.headers['Authorization']}\x1b[0m"
    handler.say(400, {"errors": [{"message": message}], "title": "Invalid Request"})


MISBEHAVIOURS = {
    "limit": _limit,
    "limit without reset": lambda h: h.say(429, {"title": "Too Many Requests"}),
    "limit with odd reset": lambda h: h.say(429, {}, x_rate_limit_reset="soon"),
    "cap": _cap,
    "busy": lambda h: h.say(503, b"<html>Over capacity</html>"),
    "busy in json": lambda h: h.say(503, ["Over capacity"]),
    "hang up": _hang_up,
    "cut": lambda h: h.say(200, b'{"data": [{"id": "1", "te', claim=500),
    "half": lambda h: h.say(200, b'{"data": [{"id": "1", "te'),
    "proxy": lambda h: h.say(200, b"<html>Log in to the hotel's network</html>"),
    "empty object": lambda h: h.say(200, {}),
    "unpaid": lambda h: h.say(402, {"title": "CreditsDepleted", "detail": "No credits left"}),
    "forbidden": lambda h: h.say(403, {"title": "Client Forbidden", "detail": "Not your level."}),
    "echo": _echo,
    "redirect": lambda h: h.say(302, b"", Location=h.server.state.elsewhere),
}


@contextmanager
def serving():
    """Run a server; gives its state."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.state = Server(f"http://127.0.0.1:{listening.server_address[1]}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield listening.state
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
