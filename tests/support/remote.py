"""A bucket of moto's server, and a web server with faults, on this machine."""

import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock

BUCKET = "dumps"
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "of-a-test",
    "AWS_SECRET_ACCESS_KEY": "secret-of-a-test",
    "AWS_REGION": "us-east-1",
}


@dataclass
class Bucket:
    """A bucket, and the objects in it."""

    store: Any
    address: str = f"s3://{BUCKET}"

    def put(self, key: str, data: bytes) -> str:
        """Write an object and return its address."""
        import obstore

        obstore.put(self.store, key, data)
        return f"{self.address}/{key}"

    def get(self, key: str) -> bytes:
        """Return the bytes of an object."""
        import obstore

        return bytes(obstore.get(self.store, key).bytes())

    def listed(self, prefix: str | None = None) -> list[str]:
        """Return the keys of all objects."""
        import obstore

        return sorted(meta["path"] for chunk in obstore.list(self.store, prefix) for meta in chunk)

    def delete(self, prefix: str | None = None) -> None:
        """Remove all objects."""
        import obstore

        obstore.delete(self.store, self.listed(prefix))


@contextmanager
def bucket() -> Iterator[Bucket]:
    """Serve an empty bucket; the environment names the server."""
    import boto3
    from moto.server import ThreadedMotoServer
    from obstore.store import S3Store

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with mock.patch.dict(os.environ, SETTINGS | {"AWS_ENDPOINT_URL": endpoint}):
        client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        client.close()
        yield Bucket(S3Store(BUCKET, client_options={"allow_http": True}))
    server.stop()


@dataclass
class Web:
    """Files of a web server: path -> bytes, and what is wrong with some of them."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    #: Paths that are only sent whole.
    whole: set[str] = field(default_factory=set)
    #: Paths that are sent without their length.
    unsized: set[str] = field(default_factory=set)
    #: Path -> bytes after which the connection breaks.
    broken: dict[str, int] = field(default_factory=dict)
    #: Path -> status in place of an answer.
    statuses: dict[str, int] = field(default_factory=dict)
    #: Path -> address to go to.
    redirects: dict[str, str] = field(default_factory=dict)
    #: Bytes sent for each path.
    sent: dict[str, int] = field(default_factory=dict)
    etag: str = '"one"'

    def put(self, path: str, data: bytes) -> str:
        """Serve a file and return its address."""
        self.files[path] = data
        return f"{self.address}/{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: Web

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].lstrip("/")
        if path in self.web.redirects:
            self._send(302, b"", Location=self.web.redirects[path])
        elif path in self.web.statuses or path not in self.web.files:
            # What the Hugging Face Hub says of a folder or repository that does not exist.
            kind = "EntryNotFound" if "/tree/" in path else "RepoNotFound"
            self._send(self.web.statuses.get(path, 404), b"", **{"X-Error-Code": kind})
        else:
            self._file(path, self.web.files[path])

    def _file(self, path: str, data: bytes) -> None:
        headers = {"ETag": self.web.etag}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted and path not in self.web.whole:
            start, end = int(wanted[1]), min(int(wanted[2]), len(data) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
            if start >= len(data):
                self._send(416, b"")
            elif end >= self.web.broken.get(path, len(data)):
                self._send(206, data[start : end + 1], is_cut=True, **headers)
            else:
                self._send(206, data[start : end + 1], path=path, **headers)
        elif path in self.web.unsized:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data))
        else:
            cut = self.web.broken.get(path)
            self._send(200, data, is_cut=cut is not None, path=path, **headers)

    def _send(
        self, status: int, data: bytes, *, is_cut: bool = False, path: str = "", **headers: str
    ) -> None:
        self.web.sent[path] = self.web.sent.get(path, 0) + len(data)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if is_cut else data)
        self.close_connection = is_cut

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def web() -> Iterator[Web]:
    """Serve files."""
    served = Web()
    handler = type("Handler", (_Handler,), {"web": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
