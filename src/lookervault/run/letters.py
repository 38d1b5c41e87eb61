"""Dead letters: what failed for good, without its secrets; what succeeds later leaves the queue."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator
from typing import Any

from lookervault.model.secrets import MARKER, OPAQUE_FIELDS, SECRET_FIELDS, redact
from lookervault.plan.change import Change
from lookervault.run.perform import StepFailed
from lookervault.store import deadletters
from lookervault.store.vault import Vault

_HIDDEN = "(secret)"


def add_letter(vault: Vault, session: str, change: Change, error: BaseException, place: str = "") -> None:
    """Keeps what is known of a change that failed; an earlier letter of the same apply gives way.

    `place` says what of a tree is to be mended for it.
    """
    call = error.call if isinstance(error, StepFailed) else None
    api = error.error if isinstance(error, StepFailed) else None
    secrets = set(_secrets(call.body)) if call else set[str]()
    deadletters.add(
        vault,
        session=session,
        kind=change.kind,
        address=change.address,
        source_id=change.source_id,
        target_id=change.id,
        operation=change.action.name.lower(),
        message=_without(f"{place}: {error}" if place else str(error), secrets),
        method=call.method if call else "",
        path="/" + "/".join(call.path) if call else "",
        body=redact(call.body, vault.salt) if call else None,
        status=api.status if api else 0,
        errors=[{k: _without(v, secrets) for k, v in e.items()} for e in api.errors] if api else (),
        traceback=_without("".join(traceback.format_exception(error)), secrets),
        attempts=api.attempts if api else 1,
    )


def drop_letters(vault: Vault, host: str, done: Collection[str]) -> None:
    """Takes the letters of changes that have been carried out since out of the queue."""
    settled = set(done)
    for letter in deadletters.letters(vault, host=host) if settled else ():
        if letter.address in settled:
            deadletters.remove(vault, letter.number)


def _secrets(value: Any) -> Iterator[str]:
    """Texts of secret fields, which a server may quote in its refusal."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in SECRET_FIELDS and isinstance(inner, str) and inner and not inner.startswith(MARKER):
                yield inner
            elif name not in OPAQUE_FIELDS:
                yield from _secrets(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _secrets(inner)


def _without(text: str, secrets: Collection[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return text
