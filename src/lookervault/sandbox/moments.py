"""Points in time as clients write them and as Looker gives them back."""

from __future__ import annotations

from datetime import UTC, datetime

from lookervault.sandbox.problems import invalid


def moment(text: object, field: str) -> datetime | None:
    """A time in ISO form, in UTC where it names no zone; None for null, 422 for anything else."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        raise invalid(field, "is not a point in time") from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def written(text: object, field: str) -> str | None:
    """A time in the form Looker gives, whatever the form it was sent in."""
    read = moment(text, field)
    return None if read is None else read.isoformat(timespec="milliseconds")
