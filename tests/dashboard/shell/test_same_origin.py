"""Pages of other sites reach neither the requests nor the web sockets of a server."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from workbench.dashboard.shell.same_origin import SameOrigin

HERE = "http://127.0.0.1:2718"

#: What browsers send for a page of another site.
FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "null"},
    {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]
#: What its own pages, and programs, send.
OWN = [{}, {"Origin": HERE}, {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}]


async def application(scope, receive, send):
    """Answer every request, and greet on every web socket."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": "tweets"})
    else:
        await PlainTextResponse("tweets")(scope, receive, send)


def client(*, is_local: bool = True, address: str = HERE) -> TestClient:
    return TestClient(SameOrigin(application, is_local=is_local), base_url=address)


def greeting(server: TestClient, headers: dict[str, str]) -> str:
    # The client names another host for web sockets than for requests.
    host = server.base_url.netloc.decode()
    with server.websocket_connect("/ws", headers={"Host": host, **headers}) as socket:
        return socket.receive_text()


@pytest.mark.parametrize("is_local", [True, False])
@pytest.mark.parametrize("headers", FOREIGN)
def test_other_sites_are_refused_with_and_without_a_token(headers, is_local):
    server = client(is_local=is_local)
    answer = server.post("/api/kernel/run", headers=headers)
    assert (answer.status_code, "tweets" in answer.text) == (403, False)
    with pytest.raises(WebSocketDisconnect):
        greeting(server, headers)


@pytest.mark.parametrize("headers", OWN)
def test_own_pages_and_programs_are_answered(headers):
    server = client()
    assert server.post("/api/kernel/run", headers=headers).text == "tweets"
    assert greeting(server, headers) == "tweets"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:2718", "192.0.2.7:2718", ""])
def test_a_server_without_a_token_answers_to_its_own_names_only(host):
    for headers in ({"Host": host}, {"Host": host, "Origin": f"http://{host}"}):
        assert client().get("/", headers=headers).status_code == 403
        with pytest.raises(WebSocketDisconnect):
            greeting(client(), headers)


@pytest.mark.parametrize("host", ["localhost:9999", "127.0.0.1", "[::1]:2718"])
def test_every_name_of_this_machine_and_every_port_is_its_own(host):
    assert client().get("/", headers={"Host": host}).text == "tweets"
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert greeting(client(), headers) == "tweets"


def test_with_a_token_the_name_of_the_machine_does_not_matter():
    server = client(is_local=False, address="https://lab.example")
    assert server.get("/").text == "tweets"
    assert greeting(server, {"Origin": "https://lab.example"}) == "tweets"


def test_a_proxy_names_the_host_that_browsers_see():
    headers = {"Origin": "https://lab.example", "X-Forwarded-Host": "lab.example"}
    assert greeting(client(is_local=False), headers) == "tweets"


def test_links_from_other_sites_open_pages():
    assert client().get("/", headers={"Sec-Fetch-Site": "cross-site"}).text == "tweets"
