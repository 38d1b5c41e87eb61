"""`check` and `info` tell a newcomer what is wrong, and how to mend it."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lookervault.looker.cures import cure
from lookervault.looker.gateway import Gateway

from .conftest import Stage


def test_all_is_well(stage: Stage) -> None:
    done = stage.run("check")
    assert done.code == 0, done.out
    assert "WRONG" not in done.out
    assert "ok     dev: connection: 127.0.0.1" in done.out
    assert "prod: login: as admin@" in done.out
    assert "kinds can be listed" in done.out
    assert "will be made by the first extraction" in done.out


def test_a_wrong_secret_is_named_and_shown_nowhere(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKERVAULT_PROD_CLIENT_SECRET", "not-the-secret")
    done = stage.run("check", "--instance", "prod")
    assert done.code == 3
    assert "ok     connection" in done.out
    assert "WRONG  login: login at" in done.out
    assert "-> check client id and client secret" in done.out
    assert "not-the-secret" not in done.out + done.err


def test_missing_credentials_name_the_variable(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKERVAULT_PROD_CLIENT_SECRET")
    done = stage.run("check", "--offline")
    assert done.code == 2
    assert "ok     dev: credentials" in done.out
    assert "WRONG  prod: credentials: instance 'prod' has no client_secret" in done.out
    assert "-> set LOOKERVAULT_PROD_CLIENT_SECRET" in done.out


def test_nobody_listens(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("LOOKERVAULT_PROD_BASE_URL", f"http://127.0.0.1:{port}")
    done = stage.run("check", "--instance", "prod")
    assert done.code == 3
    assert "WRONG  connection" in done.out
    assert "19999" in done.out


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("[Errno -2] Name or service not known", "no such host"),
        ("timed out", "firewall"),
        ("certificate is not valid for '127.0.0.1'", "of another host"),
        ("certificate has expired", "must renew it"),
        ("Tunnel connection failed: 407 Proxy Authentication Required", "the proxy wants a login"),
    ],
)  # fmt: skip
def test_what_a_connection_says_has_a_cure(said: str, told: str) -> None:
    assert told in (cure(said, "https://x.example") or "")
    assert cure("something else", "https://x.example") is None


def test_a_proxy_is_named_without_its_password() -> None:
    told = cure(
        "[Errno 111] Connection refused", "https://x.example/api", "http://me:secret@proxy.example:3128"
    )
    assert (
        told == "the way leads through the proxy proxy.example:3128: check it, or name x.example in NO_PROXY"
    )


Answer = tuple[int, bytes, dict[str, str]]
PAGE = b"<!doctype html><title>Sign in</title><h1>Welcome</h1>"
HTML = {"Content-Type": "text/html"}


@contextmanager
def somebody(answer: Answer, tls: Path | None = None) -> Iterator[int]:
    """A server that gives one answer to everything; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body, headers = answer
            self.send_response(status)
            for name, value in (*headers.items(), ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.do_POST
            raise AttributeError(name)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def checked(stage: Stage, monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    """What `check` says of an instance that cannot be reached, with its cure."""
    monkeypatch.setenv("LOOKERVAULT_PROD_BASE_URL", url)
    done = stage.run("check", "--instance", "prod")
    assert done.code == 3, done.out
    return done.out[done.out.index("WRONG") :]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((404, PAGE, HTML), "is not Looker's API: check host and port"),
        ((403, PAGE, HTML), "an IP allow-list"),
        ((200, PAGE, HTML), "is not Looker's API"),
        ((302, b"", {"Location": "https://sso.example/x"}), "a login page"),
        ((400, b"The plain HTTP request was sent to HTTPS port", {}), "begin base_url with https://"),
        ((503, PAGE, HTML), "starting or in maintenance"),
        ((407, b"", {}), "the proxy wants a login"),
        ((404, b'{"message": "Not found"}', {}), "check client id and client secret"),
    ],
)  # fmt: skip
def test_whoever_answers_is_told_apart(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, answer: Answer, told: str
) -> None:
    with somebody(answer) as port:
        assert told in checked(stage, monkeypatch, f"http://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that nobody has signed, in one file."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext subjectAltName=IP:127.0.0.1"
    )
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    done = subprocess.run([*command.split(), "-keyout", "-"], capture_output=True, check=True)
    file.write_bytes(done.stdout)
    return file


def test_tls_and_its_lack_are_told_apart(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    with somebody((200, PAGE, HTML), certificate) as port:
        assert "REQUESTS_CA_BUNDLE" in checked(stage, monkeypatch, f"https://127.0.0.1:{port}")
        assert "begin base_url with https://" in checked(stage, monkeypatch, f"http://127.0.0.1:{port}")
    plain = stage.prod_server.url.replace("http:", "https:")
    assert "does not speak TLS" in checked(stage, monkeypatch, plain)


def test_the_proxy_is_suspected_where_there_is_one(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with somebody((407, b"", {})) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        assert "the proxy wants a login" in checked(stage, monkeypatch, "https://looker.example")
    assert "leads through the proxy 127.0.0.1:" in checked(stage, monkeypatch, "https://looker.example")


def test_an_address_with_a_path_is_told_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    told = checked(stage, monkeypatch, f"{stage.prod_server.url}/browse")
    assert "leave /browse away" in told


def test_an_instance_too_old_for_the_api(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Gateway,
        "versions",
        lambda self: {"looker_release_version": "7.20.1", "supported_versions": [{"version": "3.1"}]},
    )
    done = stage.run("check", "--instance", "prod")
    assert done.code == 3
    assert "Looker 7.20.1 speaks API 3.1 and not 4.0" in done.out
    assert "must be upgraded" in done.out


def test_without_a_file_the_common_variables_are_named(
    tmp_path: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "lookervault.toml").write_text("")
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setenv("LOOKER_BASE_URL", stage.dev_server.url)
    done = stage.run("check", "--offline")
    assert done.code == 2
    assert "-> set LOOKER_CLIENT_ID, LOOKER_CLIENT_SECRET" in done.out


def test_a_wrong_file_is_found_without_a_network(stage: Stage) -> None:
    (stage.folder / "lookervault.toml").write_text("[instances.dev]\nbase_ulr = 'x'\n")
    done = stage.run("check", "--offline")
    assert done.code == 2
    assert "WRONG  configuration" in done.out
    assert "did you mean 'base_url'?" in done.out


def test_json_is_a_line_for_each_step(stage: Stage) -> None:
    lines = [json.loads(line) for line in stage.run("check", "--json").out.splitlines()]
    assert {line["ok"] for line in lines} == {True}
    assert [line["name"] for line in lines][:2] == ["configuration", "vault"]


def test_a_user_who_is_no_admin_is_told_what_that_means(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = stage.dev.create("user", first_name="R", last_name="D")
    stage.dev.add_key(reader["id"], "reader", "reader-secret")
    monkeypatch.setenv("LOOKERVAULT_DEV_CLIENT_ID", "reader")
    monkeypatch.setenv("LOOKERVAULT_DEV_CLIENT_SECRET", "reader-secret")
    done = stage.run("check", "--instance", "dev")
    assert done.code == 0, done.out
    assert "an admin" not in done.out
    assert "may not be listed by this user" in done.out


def test_info(stage: Stage) -> None:
    stage.run("extract", "--instance", "dev", "--quiet")
    done = stage.run("info", "--instance", "dev")
    assert done.code == 0
    assert "roles: Admin" in done.out
    assert "create_dashboards" not in done.out.split("permissions: ")[0]
    assert "administer" in done.out.split("permissions: ")[1]
    assert "1 dashboards, " in done.out
    assert "0 LookML dashboards, " in done.out
    assert "latest snapshot: @1 of" in done.out
    assert json.loads(stage.run("info", "--instance", "prod", "--json").out)["snapshots"] == 0
