"""Check where the bearer token is read from, and where it goes."""

import pytest

from tests.support import api_server
from tests.support.api_server import TOKEN
from tests.support.hydration import (  # noqa: F401 (fixtures)
    connect_fixture,
    full_fixture,
    run,
    server_fixture,
    waits_fixture,
    workspace_fixture,
)
from workbench.exceptions import ApiError
from workbench.hydration import transport
from workbench.hydration.transport import VARIABLES


@pytest.mark.parametrize("bearer", ["", "   ", "two words", "a\x00b", "naïve", "a\nb"])
def test_token_refuses_impossible_tokens(bearer):
    with pytest.raises(ApiError) as caught:
        transport.token({VARIABLES[0]: bearer})
    assert VARIABLES[0] in str(caught.value)
    assert not bearer.strip() or bearer not in str(caught.value)


def test_token_reads_the_first_variable_that_is_set():
    assert transport.token({VARIABLES[1]: "b\n"}) == "b"
    assert transport.token({VARIABLES[0]: "a", VARIABLES[1]: "b"}) == "a"


def test_the_token_goes_to_no_other_server(workspace, full, connect):
    with api_server.serving() as other:
        full.elsewhere = other.base.replace("127.0.0.1", "localhost") + "/2/tweets?ids=1"
        full.plan = ["redirect"]
        with pytest.raises(ApiError, match="401"):
            run(workspace, connect())
        assert [headers.get("Authorization") for _, _, headers in other.asked] == [None]


def test_the_token_is_sent_over_verified_connections():
    session = transport.client(TOKEN).session
    assert session.verify is True
    assert transport.BASE.startswith("https://")
