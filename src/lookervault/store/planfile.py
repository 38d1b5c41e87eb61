"""Plan files: a sealed container that is written whole or not at all, and read whole or refused.

    8 bytes   magic
    2 bytes   format version
    8 bytes   length of the content
    32 bytes  SHA-256 of the content
    ...       content: the payload, compressed with zstd

The seal finds damage and careless edits; whether a plan is the reviewed one is for its fingerprint to say.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

from lookervault.errors import NotFound, PlanFileError, StoreError
from lookervault.store.codec import compress, decompress
from lookervault.store.files import write_private

FORMAT = 1
# a byte beyond ASCII and both line ends: a transfer that takes the file for text breaks it visibly
_MAGIC = b"\x89LVP\r\n\x1a\n"
_HEADER = struct.Struct(">8sHQ32s")


def write_plan(path: Path, payload: bytes) -> None:
    """Write the payload, readable by its owner only; a file that was there is replaced at once or kept."""
    content = compress(payload)
    header = _HEADER.pack(_MAGIC, FORMAT, len(content), hashlib.sha256(content).digest())
    try:
        write_private(path, header + content)
    except OSError as error:
        raise PlanFileError(f"plan file {path} cannot be written: {error.strerror}", hint="") from error


def read_plan(path: Path) -> bytes:
    """The payload as it was written; `PlanFileError` says what is wrong with any other file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no plan file {path}", hint=PlanFileError.default_hint) from None
    except OSError as error:
        raise PlanFileError(f"plan file {path} cannot be read: {error.strerror}", hint="") from error
    return _opened(path, data)


def _opened(path: Path, data: bytes) -> bytes:
    if not data or data[: len(_MAGIC)] != _MAGIC[: len(data)]:
        raise PlanFileError(f"{path} is not a lookervault plan file")
    if len(data) < _HEADER.size:
        raise PlanFileError(f"plan file {path} is cut short: it ends within its header")
    _, version, length, seal = _HEADER.unpack_from(data)
    if version > FORMAT:
        raise PlanFileError(
            f"plan file {path} has format {version}; this lookervault reads up to {FORMAT}",
            hint="upgrade lookervault, or make the plan again with this version",
        )
    content = data[_HEADER.size :]
    if len(content) < length:
        raise PlanFileError(f"plan file {path} is cut short: {len(content)} of {length} bytes are there")
    if not version or len(content) > length or hashlib.sha256(content).digest() != seal:
        raise PlanFileError(f"plan file {path} is damaged or was edited: its content does not match its seal")
    return _payload(path, content)


def _payload(path: Path, content: bytes) -> bytes:
    try:
        return decompress(content)
    except StoreError as error:
        raise PlanFileError(f"plan file {path} is damaged: {error.message}") from error
