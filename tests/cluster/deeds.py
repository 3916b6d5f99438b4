"""What workers of a cluster do in the tests; a module that they can import."""

import os
import signal


def do_deed(deed):
    """The process that did it; "die" ends that process as a damaged file can."""
    if deed == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "fail":
        raise ValueError("failed")
    return os.getpid()
