"""The ways a simulated Looker says no: each function gives the error for one kind of refusal."""

from __future__ import annotations

from collections.abc import Sequence

from lookervault.errors import ApiError

DOCS = "https://cloud.google.com/looker/docs/r/err/4.0"

FieldError = dict[str, str]


def not_found(message: str = "Not found") -> ApiError:
    """404: unknown, or not for the caller's eyes (resource notes, section 2.5)."""
    return ApiError(message, status=404)


def forbidden(message: str = "Forbidden") -> ApiError:
    """403: the caller or the class of object does not allow it."""
    return ApiError(message, status=403)


def immutable(message: str) -> ApiError:
    """405: built-in sets and roles, LookML dashboards (resource notes, section 2.5)."""
    return ApiError(message, status=405)


def field_error(field: str, code: str, message: str) -> FieldError:
    """One entry of a validation answer's `errors` (resource notes, section 10.4)."""
    return {"field": field, "code": code, "message": message}


def invalid_fields(errors: Sequence[FieldError]) -> ApiError:
    """422 with one entry per field that is wrong."""
    return ApiError("Validation Failed", status=422, errors=errors)


def invalid(field: str, message: str, code: str = "invalid") -> ApiError:
    """422 about one field."""
    return invalid_fields([field_error(field, code, message)])


def missing(*fields: str) -> ApiError:
    """422 for required fields that are absent or empty."""
    return invalid_fields([field_error(f, "missing_field", "This field is required.") for f in fields])


def taken(field: str, message: str = "has already been taken") -> ApiError:
    """422 for a value that must be unique (resource notes, section 16)."""
    return invalid(field, message, "already_exists")


def conflict(field: str, message: str) -> ApiError:
    """409, as newer versions answer a slug that is in use (resource notes, section 2.5)."""
    return ApiError(message, status=409, errors=[field_error(field, "already_exists", message)])
