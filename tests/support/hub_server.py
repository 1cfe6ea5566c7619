"""A local HTTP server that behaves like the part of the Hugging Face Hub that a push uses."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "hf_of_a_test"


@dataclass
class Repository:
    """A repository: who may read it, and its files."""

    is_private: bool
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Hub:
    """The repositories of the hub, and the summary of each commit.

    With `refusal`, it refuses everything with this text and the headers that it was sent.
    """

    address: str = ""
    refusal: str = ""
    repositories: dict[str, Repository] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)

    def create(self, body: dict[str, Any]) -> tuple[int, Any]:
        """Create a repository, or say that it exists."""
        name = f"{body['organization']}/{body['name']}"
        url = {"url": f"{self.address}/datasets/{name}", "name": name}
        if name in self.repositories:
            return 409, url | {"error": "exists"}
        self.repositories[name] = Repository(is_private=body["visibility"] == "private")
        return 200, url

    def commit(self, name: str, lines: list[dict[str, Any]]) -> tuple[int, Any]:
        """Apply the operations of a commit."""
        files = self.repositories[name].files
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "deletedFile":
                del files[value["path"]]
            else:
                self.commits.append(value["summary"])
        return 200, {
            "commitUrl": f"{self.address}/datasets/{name}/commit/abc",
            "commitOid": "abc",
        }

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Return the status and the body of the answer to a request."""
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path == "/api/validate-yaml":
            return 200, {"errors": [], "warnings": []}
        _, _, kind, user, repo, *rest = path.partition("?")[0].split("/")
        name = f"{user}/{repo}"
        if kind != "datasets" or name not in self.repositories:
            return 404, {"error": "Repository not found"}
        if method == "GET":
            return 200, self.describe(name, *rest[:1])
        if rest[0] == "preupload":
            names = [file["path"] for file in json.loads(body)["files"]]
            modes = {"uploadMode": "regular", "shouldIgnore": False}
            return 200, {"files": [{"path": name} | modes for name in names]}
        return self.commit(name, [json.loads(line) for line in body.splitlines()])

    def describe(self, name: str, part: str = "") -> Any:
        """Return the facts about a repository, or its list of files."""
        repository = self.repositories[name]
        if part == "tree":
            sizes = {file: len(data) for file, data in repository.files.items()}
            rows = [{"path": file, "size": size} for file, size in sizes.items()]
            return [{"type": "file", "oid": "0"} | row for row in rows]
        siblings = [{"rfilename": file} for file in repository.files]
        return {"id": name, "private": repository.is_private, "siblings": siblings}


@contextmanager
def serving() -> Iterator[Hub]:
    """Serve an empty hub on this machine."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if hub.refusal:
                status, value = 403, {"error": f"{hub.refusal}: {self.headers.as_string()}"}
            elif self.headers.get("Authorization") == f"Bearer {TOKEN}":
                status, value = hub.answer(self.command, self.path, body)
            else:
                status, value = 401, {"error": "Invalid credentials"}
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _answer  # noqa: N815 (names of the library)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
