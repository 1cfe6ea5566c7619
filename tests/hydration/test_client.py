"""Check retries, waits, limits and refusals of the API client."""

import pytest

from tests.support.hydration import (  # noqa: F401 (fixtures)
    connect_fixture,
    full_fixture,
    ids,
    run,
    server_fixture,
    waits_fixture,
    workspace_fixture,
)
from workbench.exceptions import ApiError
from workbench.hydration import client, transport
from workbench.hydration.client import Api, RefusedError
from workbench.hydration.transport import VARIABLES


def test_retries_count_against_the_budget_and_the_last_one_is_not_followed_by_a_wait(
    workspace, full, connect, waits
):
    full.plan = ["busy", "limit"]
    counts = run(workspace, connect(max_requests=2))
    assert (counts["requests"], counts["asked"], counts["left"]) == (2, 0, 250)
    assert len(waits) == 1


def test_waits_for_the_end_of_the_rate_limit(workspace, full, connect, waits):
    full.plan = ["", "limit"]
    counts = run(workspace, connect(clock=lambda: full.reset - 30.5))
    assert waits == [(32, "rate limit")]
    assert (counts["requests"], counts["found"]) == (4, 250)


@pytest.mark.parametrize("misbehaviour", ["limit", "limit without reset"])
def test_waits_longer_and_longer_if_the_end_of_the_limit_is_unknown(
    workspace, full, connect, waits, misbehaviour
):
    full.plan = [misbehaviour] * 3
    run(workspace, connect(clock=lambda: full.reset + 1000))
    assert [seconds for seconds, _ in waits] == [15, 30, 60]


def test_waits_no_longer_than_the_window_of_a_limit(workspace, full, connect, waits):
    full.plan = ["limit"] * 7
    run(workspace, connect(clock=lambda: 0))
    assert [seconds for seconds, _ in waits] == [900] * 7


@pytest.mark.parametrize(
    "misbehaviour",
    [
        "limit with odd reset",
        "busy",
        "busy in json",
        "hang up",
        "cut",
        "half",
        "proxy",
        "empty object",
    ],
)
def test_tries_again_after_a_failure(workspace, full, connect, waits, misbehaviour):
    full.plan = [misbehaviour] * 3
    counts = run(workspace, connect())
    assert [seconds for seconds, _ in waits] == [1, 2, 4]
    assert (counts["requests"], counts["found"]) == (6, 250)
    assert workspace.read("ledger")["rejected"].sum() == 0


def test_gives_up_after_several_tries_and_keeps_what_came(workspace, full, connect, waits):
    full.plan = ["", *["busy"] * client.TRIES]
    with pytest.raises(ApiError, match=f"did not answer in {client.TRIES} tries: status 503"):
        run(workspace, connect())
    assert [seconds for seconds, _ in waits] == [1, 2, 4, 8, 16, 32, 64]
    assert len(ids(workspace)) == 350
    assert run(workspace, connect())["asked"] == 150


def test_gives_up_on_a_missing_server(workspace, connect, monkeypatch):
    monkeypatch.setattr(transport, "BASE", "http://127.0.0.1:9")
    with pytest.raises(ApiError, match="no connection"):
        run(workspace, connect())


REFUSALS = {
    "cap": r"no more tweets \(429\): Usage cap exceeded: Monthly product cap\.",
    "unpaid": r"no more tweets \(402\): No credits left\.",
    "forbidden": r"refuses the request \(403\): Not your level\.",
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_does_not_retry_a_refusal(workspace, full, connect, waits, refusal):
    full.plan = ["", refusal]
    with pytest.raises(ApiError, match=REFUSALS[refusal]):
        run(workspace, connect())
    assert (len(full.asked), waits) == (2, [])
    assert len(ids(workspace)) == 350


def test_reports_a_token_that_is_not_accepted(workspace, server):
    with pytest.raises(ApiError, match=r"\(401\): Unauthorized") as caught:
        run(workspace, Api("another", sleep=lambda seconds: None))
    assert VARIABLES[0] in caught.value.hint
    assert "another" not in str(caught.value)


def test_a_refusal_shows_neither_the_token_nor_control_characters(workspace, full, connect):
    full.plan = ["echo"]
    with pytest.raises(RefusedError) as caught:
        run(workspace, connect())
    assert "[token]" in str(caught.value)
    assert "\x1b" not in str(caught.value)
