"""Steps of the configuration of LookML models (resource notes, section 4.17)."""

from __future__ import annotations

from lookervault.model.catalog import KINDS
from lookervault.model.values import Link
from lookervault.plan.change import Action, Change
from lookervault.plan.steps.plain import update
from lookervault.plan.steps.step import Bind, Draft, Probe, Step, body_of, cleared, segments


def model_steps(change: Change) -> Draft:
    """A model's configuration; its name is its id."""
    kind = KINDS["lookml_model"]
    if change.action is not Action.CREATE:
        return Draft(update(change, body_of(kind, cleared(change.before, change.after))))
    probe = Probe(segments(kind.path, change.name), ["name"])
    bind = Bind(Link(change.address), ["name"])
    body = body_of(kind, change.after)
    return Draft([Step("POST", segments(kind.path), body, [bind], repeatable=False, probe=probe)])
