"""Settings: option, then environment, then `lookervault.toml`, then default.

The file is the nearest `lookervault.toml` upward, or what `--config` or `LOOKERVAULT_CONFIG` names.
"""

from __future__ import annotations

import configparser
import difflib
import re
import shlex
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lookervault.errors import ConfigError

_LIMIT = re.compile(r"\d+|\d+(\.\d+)?%")

FILE_NAME = "lookervault.toml"
DEFAULT_DB = "lookervault.db"

Rate = Annotated[float, msgspec.Meta(gt=0)]


class Overlay(msgspec.Struct, forbid_unknown_fields=True):
    """What is otherwise on this instance than on the one that content comes from.

    `models`, `connections`: the name here by the name there; `owners`: the e-mail here by the e-mail there.
    `schedule_addresses`: whom schedules and alerts reach here by whom they reach there, which may be a glob.
    `ignore_fields` are never compared: `dashboard.description`, or of a part `dashboard.element.title`;
    nor are `ignore`, which are addresses or globs. `protect` adds to that of `[plan]`.
    """

    models: dict[str, str] = {}
    connections: dict[str, str] = {}
    schedule_addresses: dict[str, str] = {}
    owners: dict[str, str] = {}
    ignore_fields: list[str] = []
    ignore: list[str] = []
    protect: list[str] = []


class Freeze(msgspec.Struct, forbid_unknown_fields=True):
    """When nothing is written to an instance: from each time that a crontab names, for some hours.

    Each is a table of its own, `[[instances.NAME.freeze]]`. `timezone` is that of the crontab, such as
    `Europe/Zurich`; `reason` is told to whoever comes meanwhile.
    """

    begins: str
    hours: Annotated[float, msgspec.Meta(gt=0, le=24 * 366)]
    reason: str = ""
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        from cronsim import CronSimError

        try:
            self.until(datetime(2026, 1, 1, tzinfo=UTC))
        except (CronSimError, StopIteration):
            raise ValueError(f"{self.begins!r} is no crontab, such as `0 16 * * fri`") from None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"there is no time zone {self.timezone!r}") from None

    def until(self, now: datetime) -> datetime | None:
        """When the freeze that is on now ends; None where none is."""
        from cronsim import CronSim

        # not every system has a table of time zones
        there = now.astimezone(UTC if self.timezone == "UTC" else ZoneInfo(self.timezone))
        # a run in this very minute is one that has begun
        begun = next(CronSim(self.begins, there + timedelta(minutes=1), reverse=True))
        end = begun.astimezone(UTC) + timedelta(hours=self.hours)
        return end.astimezone(there.tzinfo) if now < end else None


class Instance(msgspec.Struct, forbid_unknown_fields=True):
    """One Looker instance as the file describes it; credentials come from elsewhere.

    `timeout` is in seconds. The rate limits count for every command. `ini` is a looker.ini with the
    credentials, `ini_section` its section; `credentials_command` prints two lines, client id and client
    secret. `freeze` are times at which nothing is written.
    """

    base_url: str = ""
    verify_ssl: bool = True
    timeout: float = 300.0
    rate_limit_per_second: Rate | None = None
    rate_limit_per_minute: Rate | None = None
    ini: str = ""
    ini_section: str = "Looker"
    credentials_command: str = ""
    overlay: Overlay = msgspec.field(default_factory=Overlay)
    freeze: list[Freeze] = []


class ExtractSettings(msgspec.Struct, forbid_unknown_fields=True):
    """Defaults of `extract`; above `max_memory_mb` of resident memory it warns.

    `user_values` stores the values of user attributes that single users have, by a call for each user.
    """

    workers: int = 8
    batch_size: int = 100
    max_memory_mb: Annotated[int, msgspec.Meta(ge=1)] | None = None
    user_values: bool = False


class PlanSettings(msgspec.Struct, forbid_unknown_fields=True):
    """Defaults of `plan`. `missing_users`: `fail`, `caller`, or the e-mail of a user of the target.

    `protect` are addresses or globs of what is never written; `max_deletes` and `max_updates` stop a plan
    of more: a number, or a percentage of all objects of the target. `max_views` stops one that changes what
    was viewed more often, `max_reach` one of content on which more favourites, boards, dashboards, alerts and
    schedules hang. `manage` are the kinds that are written, such as `["folders", "dashboards"]`, all without;
    others are written only where `--only-types` names them. `cache` lets `plan` take dashboards and looks
    from the last snapshot of the target where it has seen that their dates can be relied on.
    """

    manage: list[str] = []
    missing_users: str = ""
    protect: list[str] = []
    max_deletes: int | str = ""
    max_updates: int | str = ""
    max_views: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_reach: Annotated[int, msgspec.Meta(ge=0)] | None = None
    cache: bool = False

    def __post_init__(self) -> None:
        for limit in (self.max_deletes, self.max_updates):
            if limit != "" and not _LIMIT.fullmatch(str(limit)):
                raise ValueError(
                    f"{limit!r} is no limit: write a number such as 20, or a percentage such as '5%'"
                )


class ApplySettings(msgspec.Struct, forbid_unknown_fields=True):
    """Defaults of `apply`; `on_drift` is "skip", "stop" or "overwrite".

    A plan that takes more API calls than `max_api_calls` is refused. `checkpoint_interval` is after how many
    changes progress is noted.
    """

    workers: int = 8
    max_retries: int = 5
    checkpoint_interval: Annotated[int, msgspec.Meta(ge=1)] = 100
    on_drift: str = "skip"
    max_api_calls: Annotated[int, msgspec.Meta(ge=1)] | None = None


class RestoreSettings(msgspec.Struct, forbid_unknown_fields=True):
    """Defaults of the `restore` commands; what is not said here is as in `[apply]`."""

    workers: int | None = None
    max_retries: int | None = None
    checkpoint_interval: Annotated[int, msgspec.Meta(ge=1)] | None = None


class ExportSettings(msgspec.Struct, forbid_unknown_fields=True):
    """Defaults of `export`, `import` and `validate`: `dir` is the directory of the tree."""

    dir: str = ""


class Config(msgspec.Struct, forbid_unknown_fields=True):
    """All of lookervault.toml; `path` is where it was found, empty without a file."""

    db: str = ""
    instances: dict[str, Instance] = {}
    extract: ExtractSettings = msgspec.field(default_factory=ExtractSettings)
    plan: PlanSettings = msgspec.field(default_factory=PlanSettings)
    apply: ApplySettings = msgspec.field(default_factory=ApplySettings)
    restore: RestoreSettings = msgspec.field(default_factory=RestoreSettings)
    export: ExportSettings = msgspec.field(default_factory=ExportSettings)
    path: str = ""


@dataclass(frozen=True)
class Access:
    """What it takes to reach an instance; the secret shows in no repr."""

    name: str
    base_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    verify_ssl: bool = True
    timeout: float = 300.0
    per_second: float | None = None
    per_minute: float | None = None
    freezes: tuple[Freeze, ...] = ()


def find_file(start: Path, env: Mapping[str, str], option: str = "") -> Path | None:
    """The configuration file to use, if there is one."""
    named = option or env.get("LOOKERVAULT_CONFIG", "")
    if named:
        path = Path(named)
        if not path.is_file():
            raise ConfigError(f"there is no configuration file {named}")
        return path
    folders = [start, *start.parents]
    return next((f / FILE_NAME for f in folders if (f / FILE_NAME).is_file()), None)


def load(path: Path | None) -> Config:
    """The settings of a file; ConfigError names each unknown key with what may have been meant."""
    if path is None:
        return Config()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    _check_keys(data, Config, "", path)
    try:
        config = msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
    config.path = str(path)
    return config


_SECTIONS: dict[str, type[msgspec.Struct]] = {
    "extract": ExtractSettings,
    "plan": PlanSettings,
    "apply": ApplySettings,
    "restore": RestoreSettings,
    "export": ExportSettings,
}


def _check_keys(data: Mapping[str, Any], cls: type[msgspec.Struct], where: str, path: Path) -> None:
    known = [f for f in cls.__struct_fields__ if f != "path"]
    for key, value in data.items():
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(known)}"
            raise ConfigError(f"{path}: unknown key {where}{key}", hint=hint)
        inner = _SECTIONS.get(key) if cls is Config else None
        if inner and isinstance(value, dict):
            _check_keys(value, inner, f"{key}.", path)
        elif cls is Config and key == "instances" and isinstance(value, dict):
            for name, instance in value.items():
                if isinstance(instance, dict):
                    _check_keys(instance, Instance, f"instances.{name}.", path)
        elif cls is Instance and key == "overlay" and isinstance(value, dict):
            _check_keys(value, Overlay, f"{where}overlay.", path)
        elif cls is Instance and key == "freeze" and isinstance(value, list):
            for each in (x for x in value if isinstance(x, dict)):
                _check_keys(each, Freeze, f"{where}freeze.", path)


def db_path(config: Config, env: Mapping[str, str], option: str = "") -> Path:
    """The vault file; a relative path in the configuration counts from the file's folder."""
    named = option or env.get("LOOKERVAULT_DB_PATH", "")
    if named:
        return Path(named)
    base = Path(config.path).parent if config.path else Path()
    return base / (config.db or DEFAULT_DB)


_ACCESS = ("base_url", "client_id", "client_secret")


def access(config: Config, env: Mapping[str, str], name: str = "") -> Access:
    """How to reach the named instance, or the only one; ConfigError says what is missing."""
    name = name or _only(config)
    if config.instances and name not in config.instances:
        close = difflib.get_close_matches(name, config.instances, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(config.instances))}"
        raise ConfigError(f"no instance {name!r} in {config.path}", hint=hint)
    settings = config.instances.get(name, Instance())
    generic = not config.instances
    found = {key: _from_env(env, name, key.upper(), generic=generic) for key in _ACCESS}
    stored = _from_ini(settings, Path(config.path).parent) if settings.ini else {}
    if settings.credentials_command and not (found["client_id"] and found["client_secret"]):
        stored |= _from_command(settings.credentials_command, name)
    found = {key: value or stored.get(key, "") for key, value in found.items()}
    found["base_url"] = found["base_url"] or settings.base_url
    missing = [key for key, value in found.items() if not value]
    if missing:
        variables = ", ".join(f"LOOKER_{key.upper()}" if generic else variable(name, key) for key in missing)
        raise ConfigError(f"instance {name!r} has no {', '.join(missing)}", hint=f"set {variables}")
    return Access(
        name,
        **found,
        verify_ssl=settings.verify_ssl,
        timeout=settings.timeout,
        per_second=settings.rate_limit_per_second,
        per_minute=settings.rate_limit_per_minute,
        freezes=tuple(settings.freeze),
    )


def _only(config: Config) -> str:
    if len(config.instances) > 1:
        names = ", ".join(sorted(config.instances))
        raise ConfigError("which instance?", hint=f"add --instance with one of {names}")
    return next(iter(config.instances), "default")


def variable(name: str, key: str) -> str:
    """The environment variable of one instance's setting."""
    return f"LOOKERVAULT_{''.join(c if c.isalnum() else '_' for c in name)}_{key}".upper()


def _from_env(env: Mapping[str, str], name: str, key: str, generic: bool) -> str:
    """The instance's own variable; common ones only where they cannot mean another instance."""
    names = [variable(name, key)]
    if generic:
        names += [f"LOOKER_{key}", f"LOOKERSDK_{key}"]
    return next((env[n] for n in names if env.get(n)), "")


def _from_ini(settings: Instance, folder: Path) -> dict[str, str]:
    """What a looker.ini says; a relative path counts from the folder of lookervault.toml."""
    parser = configparser.RawConfigParser()  # a "%" in a secret is a "%"
    try:
        parser.read_string((folder / settings.ini).read_text(encoding="utf-8"))
        section = parser[settings.ini_section]
    except (OSError, UnicodeDecodeError, KeyError, configparser.Error):
        # without its cause, which quotes the line
        raise ConfigError(f"cannot read section {settings.ini_section!r} of {settings.ini}") from None
    return {key: section.get(key, "").strip("\"'") for key in _ACCESS}


def _from_command(command: str, name: str) -> dict[str, str]:
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        # neither the command's output nor its arguments: both may hold the secret
        raise ConfigError(f"credentials_command of {name!r} failed ({type(error).__name__})") from None
    lines = done.stdout.splitlines()
    if len(lines) < 2:
        raise ConfigError(f"credentials_command of {name!r} must print client id and client secret")
    return {"client_id": lines[0].strip(), "client_secret": lines[1].strip()}
