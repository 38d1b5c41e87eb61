from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lookervault.errors import ConfigError
from lookervault.looker.session import Settings
from lookervault.looker.settings import Connection, host_of, normal_base_url


@pytest.mark.parametrize(
    ("base_url", "normal", "host"),
    [
        ("https://X.Cloud.Looker.com/", "https://x.cloud.looker.com", "x.cloud.looker.com"),
        ("https://x.looker.com:443", "https://x.looker.com", "x.looker.com"),
        ("https://x.looker.com:19999//", "https://x.looker.com:19999", "x.looker.com:19999"),
        ("http://localhost:80/", "http://localhost", "localhost"),
        ("https://x.looker.com/api/4.0/", "https://x.looker.com", "x.looker.com"),
        ("https://proxy.example/looker/api", "https://proxy.example/looker", "proxy.example"),
        ("https://proxy.example/looker/", "https://proxy.example/looker", "proxy.example"),
        (" x.looker.com?a=b ", "https://x.looker.com", "x.looker.com"),
        ("http://[::1]:9999", "http://[::1]:9999", "[::1]:9999"),
    ],
)
def test_base_url_is_normalised(base_url: str, normal: str, host: str) -> None:
    assert (normal_base_url(base_url), host_of(base_url)) == (normal, host)


@pytest.mark.parametrize("base_url", ["", "ftp://x.looker.com", "https://", "https://x:port", "https://[::1"])
def test_what_is_no_address_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigError, match="base_url is not an address"):
        normal_base_url(base_url)


def test_credentials_in_base_url_are_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        normal_base_url("https://somebody:hunter2@x.looker.com")
    assert "hunter2" not in caught.value.message
    assert "somebody" not in caught.value.message


def test_settings_and_limiter_are_light_to_import() -> None:
    code = (
        "import sys, lookervault.looker.settings, lookervault.looker.limiter;"
        "sys.exit(any(name in sys.modules for name in ('looker_sdk', 'urllib3', 'tenacity')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_repr_hides_the_credentials() -> None:
    assert repr(Connection("https://x.looker.com", "the-id", "the-secret")) == (
        "Connection(base_url='https://x.looker.com', verify_ssl=True, timeout=300.0)"
    )


def test_sdk_settings_come_from_the_connection_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "looker.ini").write_text(
        "[Looker]\nbase_url=https://ini.example\nclient_id=i\nclient_secret=s\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOOKERSDK_BASE_URL", "https://env.example")
    monkeypatch.setenv("LOOKERSDK_CLIENT_SECRET", "env")
    settings = Settings(Connection("https://x.looker.com/", "50%(id)s", '"quoted"', False, 0.5))
    assert settings.base_url == "https://x.looker.com"
    assert settings.verify_ssl is False
    assert settings.timeout == 1
    assert settings.agent_tag.startswith("PY SDK ")
    config = settings.read_config()
    assert (config["client_id"], config["client_secret"]) == ("50%(id)s", '"quoted"')
