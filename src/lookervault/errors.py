"""Every error lookervault raises on purpose; each class knows its exit code and a hint.

LookervaultError             1
├── UsageError               2   wrong words on the command line
│   └── NoTerminal           2   a question, and nobody to ask
├── ConfigError              2   lookervault.toml or the environment is wrong
├── NotFound                 1   a snapshot, an address, a plan file that is not there
├── StoreError               1   the vault cannot be read or written
│   └── NewerSchema          1   the vault was written by a newer lookervault
├── TreeError                1   files of a tree with mistakes in them
├── PlanError                1   no plan can be made of these two sides
│   ├── AmbiguousPair        1   one object could be two
│   ├── ReferenceCycle       1   objects that wait for each other
│   └── PlanFileError        1   a plan file that is damaged, edited or of another format
├── Refused                  6   a limit, a protection or a policy says no
├── ApiError                 3   Looker answered with an error
│   ├── AuthError            3   the credentials or the token were not accepted
│   ├── Unreachable          3   no answer, and the request had not been sent
│   └── AnswerLost           3   no answer, and the server may have acted
├── PartlyApplied            4   some changes failed or were skipped
├── Stale                    5   objects moved on the target since the plan; nothing of that was written
├── Locked                   7   another apply holds the target
└── Interrupted            130   stopped by a signal; can be resumed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar


class LookervaultError(Exception):
    """What happened and where; `hint` says what to do next."""

    exit_code: ClassVar[int] = 1
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint


class UsageError(LookervaultError):
    """The command line asks for something that makes no sense."""

    exit_code = 2


class NoTerminal(UsageError):
    """A command would ask, and there is nobody at a terminal; an option says yes beforehand."""


class ConfigError(LookervaultError):
    """The configuration cannot be used."""

    exit_code = 2
    default_hint = "see the configuration section of the README"


class NotFound(LookervaultError):
    """Something was named that does not exist."""


class StoreError(LookervaultError):
    """The vault file cannot be read or written."""


class NewerSchema(StoreError):
    """The vault was written by a newer lookervault."""

    default_hint = "upgrade lookervault, or use another --db"


class TreeError(LookervaultError):
    """Files of a tree with mistakes in them, each told with its line."""

    default_hint = "mend the files, and look again with `lookervault validate`"

    def __init__(self, tree: str, problems: Sequence[str]) -> None:
        count = f"{len(problems)} mistake{'s' * (len(problems) != 1)}"
        super().__init__("\n  ".join([f"{tree} has {count}:", *problems]))


class PlanError(LookervaultError):
    """No plan can be made of these two sides; `about` are the addresses of what it is about."""

    def __init__(self, message: str, *, hint: str | None = None, about: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.about = tuple(about)


class AmbiguousPair(PlanError):
    """Objects of which one could be two of the other side, each told in a line of its own."""

    default_hint = "say which one it is with `lookervault mapping set`, or rename the other"


class ReferenceCycle(PlanError):
    """Objects refer to each other in a circle that no order can satisfy."""


class PlanFileError(PlanError):
    """A plan file that is damaged, edited or of another format."""

    default_hint = "make the plan again with `lookervault plan --out FILE`"


class Refused(LookervaultError):
    """A limit, a protection or a policy forbids this; nothing of it was written."""

    exit_code = 6


class ApiError(LookervaultError):
    """Looker answered with an error.

    `status` is the HTTP status (0: no answer); `errors` are Looker's field errors as
    `{field, code, message}` (resource notes, section 10.4); `retry_after` is in seconds; `attempts` counts
    how often the call was made.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        method: str = "",
        path: str = "",
        errors: Sequence[Mapping[str, str]] = (),
        retry_after: float | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.method = method
        self.path = path
        self.errors = tuple(dict(e) for e in errors)
        self.retry_after = retry_after
        self.attempts = 1


class AuthError(ApiError):
    """The credentials or the token were not accepted."""

    default_hint = "check client id, client secret and base_url of this instance"


class Unreachable(ApiError):
    """The request did not reach Looker, so nothing has happened there."""

    default_hint = "check base_url, port, proxy and network"


class AnswerLost(ApiError):
    """The request was sent and no usable answer came: Looker may or may not have acted."""


class PartlyApplied(LookervaultError):
    """Some changes failed or were skipped; the rest is done."""

    exit_code = 4


class Stale(LookervaultError):
    """Objects moved on the target since the plan was made; nothing was written to those."""

    exit_code = 5


class Locked(LookervaultError):
    """Another apply holds the target."""

    exit_code = 7


class Interrupted(LookervaultError):
    """Stopped by a signal; what was done is kept."""

    exit_code = 130
