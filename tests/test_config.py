from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest

from lookervault.config import Access, Config, Instance, access, db_path, find_file, load
from lookervault.errors import ConfigError

SECRET = "s3cret%with$signs"

TWO = """
db = "vaults/main.db"

[instances.dev]
base_url = "https://dev.example.com"

[instances.prod]
base_url = "https://prod.example.com"
verify_ssl = false
timeout = 60

[extract]
workers = 3

[apply]
max_retries = 9
"""
PROD = {"LOOKERVAULT_PROD_CLIENT_ID": "id", "LOOKERVAULT_PROD_CLIENT_SECRET": SECRET}


def write(folder: Path, text: str, name: str = "lookervault.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str = TWO) -> Config:
    return load(write(folder, text))


def whole(error: BaseException) -> str:
    """All that a person could get to see of an error, traceback and hint included."""
    return "".join(traceback.format_exception(error)) + str(getattr(error, "hint", ""))


def test_the_nearest_file_upward_is_found(tmp_path: Path) -> None:
    far, near = write(tmp_path, ""), tmp_path / "a" / "b"
    near.mkdir(parents=True)
    assert find_file(near, {}) == far
    closer = write(tmp_path / "a", "")
    assert find_file(near, {}) == closer


def test_an_option_is_stronger_than_the_environment_and_that_than_the_nearest_file(tmp_path: Path) -> None:
    write(tmp_path, "")
    one, two = write(tmp_path, "", "one.toml"), write(tmp_path, "", "two.toml")
    env = {"LOOKERVAULT_CONFIG": str(two)}
    assert find_file(tmp_path, env, str(one)) == one
    assert find_file(tmp_path, env) == two


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file nowhere\.toml"):
        find_file(tmp_path, {}, "nowhere.toml")
    with pytest.raises(ConfigError, match=r"elsewhere\.toml"):
        find_file(tmp_path, {"LOOKERVAULT_CONFIG": "elsewhere.toml"})


def test_without_a_file_there_are_defaults() -> None:
    config = load(None)
    assert config.instances == {}
    assert (config.extract.workers, config.apply.max_retries) == (8, 5)


def test_what_the_file_says(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    assert set(config.instances) == {"dev", "prod"}
    prod = config.instances["prod"]
    assert (prod.base_url, prod.verify_ssl, prod.timeout) == ("https://prod.example.com", False, 60.0)
    assert (config.extract.workers, config.apply.max_retries, config.apply.workers) == (3, 9, 8)
    assert config.path == str(tmp_path / "lookervault.toml")


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("dbb = 'x'", "dbb", "did you mean 'db'?"),
        ("[extrac]\nworkers = 1", "extrac", "did you mean 'extract'?"),
        ("[extract]\nworker = 1", "extract.worker", "did you mean 'workers'?"),
        ("[apply]\nmax_retry = 1", "apply.max_retry", "did you mean 'max_retries'?"),
        ("[instances.dev]\nbase_uri = 'x'", "instances.dev.base_uri", "did you mean 'base_url'?"),
        ("[instances.dev]\nzzz = 1", "instances.dev.zzz", "known keys: base_url"),
        ("path = 'x'", "path", "known keys: db"),
    ],
)
def test_an_unknown_key_is_an_error_with_a_suggestion(tmp_path: Path, text: str, key: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown key {key}$") as caught:
        loaded(tmp_path, text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["[extract]\nworkers = 'many'", "[instances]\ndev = 3", "instances = 3", "db = [", "extract = 1"],
)
def test_a_file_that_makes_no_sense_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"lookervault\.toml: "):
        loaded(tmp_path, text)


def test_a_file_of_other_bytes_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "lookervault.toml").write_bytes(b"db = '\xff\xfe'")
    with pytest.raises(ConfigError, match=r"lookervault\.toml: "):
        load(tmp_path / "lookervault.toml")


def test_the_vault_by_option_environment_file_and_default(tmp_path: Path) -> None:
    config, env = loaded(tmp_path), {"LOOKERVAULT_DB_PATH": "env.db"}
    assert db_path(config, env, "option.db") == Path("option.db")
    assert db_path(config, env) == Path("env.db")
    assert db_path(config, {}) == tmp_path / "vaults" / "main.db"
    assert db_path(loaded(tmp_path, ""), {}) == tmp_path / "lookervault.db"
    assert db_path(Config(), {}) == Path("lookervault.db")


def test_an_instance_takes_its_credentials_from_its_own_variables(tmp_path: Path) -> None:
    assert access(loaded(tmp_path), PROD, "prod") == Access(
        "prod", "https://prod.example.com", "id", SECRET, verify_ssl=False, timeout=60.0
    )


def test_the_environment_is_stronger_than_the_file(tmp_path: Path) -> None:
    env = PROD | {"LOOKERVAULT_PROD_BASE_URL": "https://other.example.com"}
    assert access(loaded(tmp_path), env, "prod").base_url == "https://other.example.com"


def test_the_name_of_an_instance_becomes_a_name_of_variables(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[instances."eu-west.1"]\nbase_url = "https://eu.example.com"')
    env = {"LOOKERVAULT_EU_WEST_1_CLIENT_ID": "id", "LOOKERVAULT_EU_WEST_1_CLIENT_SECRET": "x"}
    assert access(config, env).client_id == "id"


GENERIC = {"LOOKER_BASE_URL": "https://g.example.com", "LOOKER_CLIENT_ID": "g", "LOOKER_CLIENT_SECRET": "g"}


@pytest.mark.parametrize("prefix", ["LOOKER_", "LOOKERSDK_"])
def test_without_a_file_the_common_variables_are_enough(prefix: str) -> None:
    env = {k.replace("LOOKER_", prefix): v for k, v in GENERIC.items()}
    assert access(Config(), env) == Access("default", "https://g.example.com", "g", "g")


def test_the_instances_own_variable_is_stronger_than_a_common_one() -> None:
    assert access(Config(), GENERIC | {"LOOKERVAULT_DEFAULT_CLIENT_ID": "own"}).client_id == "own"


def test_common_variables_are_not_used_where_they_could_mean_another_instance(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"instance 'dev' has no client_id, client_secret$"):
        access(loaded(tmp_path), GENERIC, "dev")


def test_missing_credentials_are_told_with_the_names_of_the_variables(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        access(loaded(tmp_path), {"LOOKERVAULT_DEV_CLIENT_ID": "id"}, "dev")
    assert caught.value.message == "instance 'dev' has no client_secret"
    assert caught.value.hint == "set LOOKERVAULT_DEV_CLIENT_SECRET"


def test_an_empty_variable_is_a_missing_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no client_secret"):
        access(loaded(tmp_path), PROD | {"LOOKERVAULT_PROD_CLIENT_SECRET": ""}, "prod")


@pytest.mark.parametrize(("name", "hint"), [("prd", "did you mean 'prod'?"), ("qa", "known: dev, prod")])
def test_an_unknown_instance_is_an_error_with_a_suggestion(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"no instance '{name}'") as caught:
        access(loaded(tmp_path), PROD, name)
    assert caught.value.hint == hint


def test_one_of_several_instances_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="which instance") as caught:
        access(loaded(tmp_path), PROD)
    assert "dev, prod" in caught.value.hint


def test_the_only_instance_needs_no_name(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[instances.prod]\nbase_url = "https://prod.example.com"')
    assert access(config, PROD).name == "prod"


def from_ini(folder: Path, text: str, section: str = "Looker") -> Config:
    ini = write(folder, text, "looker.ini")
    return Config(instances={"prod": Instance(ini=str(ini), ini_section=section)}, path="lookervault.toml")


def test_credentials_of_a_looker_ini(tmp_path: Path) -> None:
    text = f"[Looker]\nbase_url = 'https://ini.example.com'\nclient_id = \"id\"\nclient_secret = {SECRET}\n"
    found = access(from_ini(tmp_path, text), {})
    assert (found.base_url, found.client_id, found.client_secret) == ("https://ini.example.com", "id", SECRET)


def test_the_environment_is_stronger_than_a_looker_ini(tmp_path: Path) -> None:
    text = "[Looker]\nbase_url=https://ini.example.com\nclient_id=id\nclient_secret=x\n"
    assert access(from_ini(tmp_path, text), PROD).client_secret == SECRET


@pytest.mark.parametrize(
    "text",
    [
        f"[Other]\nclient_secret = {SECRET}\n",
        f"client_secret = {SECRET}\n",
        f"[Looker]\nclient_id = id\n{SECRET}\n",
        f"[Looker]\nclient_secret = {SECRET}\nclient_secret = {SECRET}\n",
    ],
    ids=["other section", "no section", "stray line", "twice"],
)
def test_a_looker_ini_that_cannot_be_read_is_told_without_what_is_in_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="cannot read section 'Looker'") as caught:
        access(from_ini(tmp_path, text), {})
    assert SECRET not in whole(caught.value)


def test_a_looker_ini_of_other_bytes_is_an_error(tmp_path: Path) -> None:
    config = from_ini(tmp_path, "")
    Path(config.instances["prod"].ini).write_bytes(b"[Looker]\nclient_secret = \xff\xfe\n")
    with pytest.raises(ConfigError, match="cannot read section"):
        access(config, {})


def test_a_looker_ini_that_is_not_there_is_an_error() -> None:
    config = Config(instances={"prod": Instance(ini="nowhere.ini")})
    with pytest.raises(ConfigError, match=r"nowhere\.ini"):
        access(config, {})


def by_command(program: str) -> Config:
    command = f'"{sys.executable}" -c "{program}" {SECRET}'
    url = "https://c.example.com"
    return Config(instances={"prod": Instance(base_url=url, credentials_command=command)})


def test_credentials_of_a_command() -> None:
    found = access(by_command(f"print('id'); print('{SECRET}')"), {})
    assert (found.client_id, found.client_secret) == ("id", SECRET)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (f"import sys; print('id', '{SECRET}'); sys.exit('{SECRET}')", "failed"),
        (f"print('{SECRET}')", "must print client id and client secret"),
        ("pass", "must print client id and client secret"),
    ],
)
def test_a_command_that_fails_tells_no_secret(program: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"credentials_command of 'prod' {message}") as caught:
        access(by_command(program), {})
    assert SECRET not in whole(caught.value)


@pytest.mark.parametrize("command", ["no-such-program-at-all", '"unbalanced', " "])
def test_a_command_that_cannot_be_run_is_an_error(command: str) -> None:
    config = Config(instances={"prod": Instance(credentials_command=command)})
    with pytest.raises(ConfigError, match="credentials_command of 'prod' failed"):
        access(config, {})


def test_credentials_show_in_no_repr() -> None:
    assert SECRET not in repr(Access("prod", "https://x", "id", SECRET))
