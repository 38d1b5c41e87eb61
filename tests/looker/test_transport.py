from __future__ import annotations

import base64
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from looker_sdk.rtl.transport import HttpMethod, ResponseMode, Transport, TransportOptions

from lookervault import __version__
from lookervault.errors import ConfigError, Unreachable
from lookervault.looker.gateway import Gateway, connect
from lookervault.looker.session import Settings
from lookervault.looker.settings import Connection
from lookervault.looker.transport import PooledTransport

from .conftest import Dial
from .stub import Response, Stub


@pytest.fixture
def transport(stub: Stub) -> Iterator[PooledTransport]:
    made = PooledTransport.configure(Settings(Connection(stub.base_url, "i", "s")))
    yield made
    made.close()


def test_it_is_a_transport_of_the_sdk(transport: PooledTransport) -> None:
    assert isinstance(transport, Transport)


def test_an_answer_knows_status_headers_and_mode(stub: Stub, transport: PooledTransport) -> None:
    stub.route = lambda _: Response(404, "ö".encode(), {"Content-Type": "text/plain", "X-A": "1"})
    answer = transport.request(HttpMethod.GET, f"{stub.base_url}/x")
    assert (answer.ok, answer.status, answer.value, answer.headers["x-a"]) == (False, 404, "ö".encode(), "1")
    assert answer.response_mode is ResponseMode.STRING
    assert answer.value.decode(answer.encoding) == "ö"


def test_options_and_headers_are_not_written_to(stub: Stub, transport: PooledTransport) -> None:
    options: TransportOptions = {"timeout": 7, "headers": {"X-B": "2"}}

    def authenticator(given: TransportOptions) -> dict[str, str]:
        given.setdefault("headers", {})["Content-Type"] = "application/x-www-form-urlencoded"
        return {"Authorization": "Bearer t"}

    transport.request(
        HttpMethod.POST,
        f"{stub.base_url}/x",
        body=b"{}",
        authenticator=authenticator,
        transport_options=options,
    )
    assert options == {"timeout": 7, "headers": {"X-B": "2"}}
    sent = stub.calls[0].headers
    assert (sent["content-type"], sent["authorization"], sent["x-b"]) == ("application/json", "Bearer t", "2")


def test_it_says_who_asks(stub: Stub, transport: PooledTransport) -> None:
    transport.request(HttpMethod.GET, f"{stub.base_url}/x")
    sent = stub.calls[0].headers
    assert sent["user-agent"] == f"lookervault/{__version__}"
    assert sent["x-looker-appid"].startswith("PY SDK ")
    assert "content-type" not in sent


def test_a_connection_for_each_worker_is_kept(stub: Stub, dial: Dial) -> None:
    from concurrent.futures import ThreadPoolExecutor

    gateway = dial(workers=12)
    stub.route = lambda _: Response(body={}, delay=0.01)
    for _ in range(4):
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda _: gateway.get("/x"), range(24)))
    assert stub.connections <= 12


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate for 127.0.0.1 in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    request = f"{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out crt"
    names = "-days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [*request.split(), *names.split(), "-addext", "keyUsage=digitalSignature,keyCertSign"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "key").read_text() + (folder / "crt").read_text())
    return both


@pytest.fixture
def tls(certificate: Path) -> Iterator[Stub]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Stub(context)
    yield server
    server.close()


def to(stub: Stub, verify_ssl: bool) -> Gateway:
    return connect(Connection(stub.base_url, "i", "s", verify_ssl=verify_ssl, timeout=5))


def test_an_unknown_certificate_is_refused_at_once(tls: Stub) -> None:
    with to(tls, True) as gateway, pytest.raises(Unreachable, match="certificate") as caught:
        gateway.request("POST", "/boards", body={})
    assert "REQUESTS_CA_BUNDLE" in caught.value.hint
    assert gateway.stats.retries == 0
    assert tls.requests == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_from_the_environment_is_trusted(
    tls: Stub, certificate: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(certificate))
    with to(tls, True) as gateway:
        assert gateway.me() == {}


def test_verify_ssl_false_counts_against_the_environment(tls: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    import certifi

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    monkeypatch.setenv("CURL_CA_BUNDLE", "/nowhere")
    with to(tls, False) as gateway:
        assert gateway.me() == {}


def test_a_bundle_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    with pytest.raises(ConfigError, match=r"/nowhere\.pem"):
        connect(Connection("https://x.looker.com", "i", "s"))


def test_plain_http_where_tls_is_expected_is_unreachable(stub: Stub, dial: Dial) -> None:
    gateway = dial(stub.base_url.replace("http:", "https:"), max_retries=1)
    with pytest.raises(Unreachable):
        gateway.request("POST", "/boards", body={})
    assert stub.requests == []


def test_the_proxy_of_the_environment_is_used(
    stub: Stub, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:p%40ss@127.0.0.1:{stub.port}")
    stub.route = lambda r: Response(body={"access_token": "t", "expires_in": 60})
    dial("http://looker.example").me()
    assert [r.target for r in stub.requests] == [
        "http://looker.example/api/4.0/login",
        "http://looker.example/api/4.0/user",
    ]
    credentials = base64.b64encode(b"me:p@ss").decode()
    assert stub.requests[0].headers["proxy-authorization"] == f"Basic {credentials}"


def test_no_proxy_is_honoured(stub: Stub, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert dial().me() == {}


def test_a_dead_proxy_is_unreachable_and_its_password_not_told(
    dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = Stub()
    dead.close()
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{dead.port}")
    monkeypatch.setenv("http_proxy", f"http://me:hunter2@127.0.0.1:{dead.port}")
    for base_url in ("http://looker.example", "https://looker.example"):
        with pytest.raises(Unreachable, match="refused") as caught:
            dial(base_url, max_retries=0).request("POST", "/boards", body={})
        assert "hunter2" not in caught.value.message


def test_a_proxy_that_refuses_the_tunnel_is_unreachable(
    stub: Stub, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", stub.base_url)
    with pytest.raises(Unreachable, match="Tunnel connection failed: 501"):
        dial("https://looker.example", max_retries=0).me()


def test_an_unknown_kind_of_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(ConfigError, match="socks5"):
        connect(Connection("https://x.looker.com", "i", "s"))
