"""Report files: whole or not there."""

import os
from contextlib import suppress
from pathlib import Path

from pipeline.errors import ClausetraceError


def write_file(path: Path, content: bytes) -> Path:
    """Write to a partial name beside `path`, then rename. Raises ClausetraceError when the disk does not allow it."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):  # the complaint below is the one to hear
            partial.unlink()
        raise ClausetraceError(f"{path}: cannot be written ({error.strerror}); free space or mend rights.") from error
    return path
