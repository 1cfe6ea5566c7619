import pytest
from obstore.exceptions import GenericError, NotSupportedError, PermissionDeniedError

from workbench.exceptions import BrokenFileError, RemoteError
from workbench.remote import stores
from workbench.remote.refusals import explained

SECRET = "https://host/a.tar?X-Amz-Signature=secret"


@pytest.mark.parametrize(
    ("error", "problem", "kind"),
    [
        (FileNotFoundError(f"{SECRET} not found"), "a.tar does not exist", BrokenFileError),
        (PermissionDeniedError(SECRET), "Access to https://host/a.tar is denied", RemoteError),
        (GenericError(f"{SECRET} status code: 401 Unauthorized"), "denied", RemoteError),
        (GenericError(f"{SECRET} request or response body error"), "broke", BrokenFileError),
        (GenericError(f"{SECRET} non-2xx status code: 503 Slow Down: x"), "503 Slow", RemoteError),
        (GenericError(f"{SECRET} error sending request"), "cannot be reached", RemoteError),
        (ValueError(SECRET), "cannot be read", RemoteError),
    ],
)
def test_errors_are_explained_without_secrets(error, problem, kind):
    with pytest.raises(RemoteError, match=problem) as caught, explained(SECRET):
        raise error
    assert type(caught.value) is kind
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "error", [FileExistsError(), NotSupportedError(), RemoteError("", hint="")]
)
def test_some_errors_pass(error):
    with pytest.raises(type(error)) as caught, explained(SECRET):
        raise error
    assert caught.value is error


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("status", "problem"),
    [(403, "denied"), (401, "denied"), (404, "does not exist"), (500, "500 Internal Server")],
)
def test_statuses_of_a_server_are_explained(web, status, problem):
    url = web.put("a.tar", b"x")
    web.statuses["a.tar"] = status
    with pytest.raises(RemoteError, match=problem):
        stores.read(url, "", 0, 1)


@pytest.mark.usefixtures("impatient")
def test_server_that_is_not_there_is_named():
    with pytest.raises(RemoteError, match=r"The server of http://127.0.0.1:9 cannot be reached"):
        stores.read("http://127.0.0.1:9/a", "", 0, 1)


@pytest.mark.usefixtures("impatient", "bucket")
def test_missing_credentials_are_named(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_METADATA_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RemoteError, match="AWS_ACCESS_KEY_ID"):
        stores.entries("s3://dumps", "")
