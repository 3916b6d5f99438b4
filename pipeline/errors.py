"""What can go wrong in a way the user can mend: one sentence that says where, what, and what to do."""


class ClausetraceError(Exception):
    """A problem the user can fix. The message is one full sentence; the command line prints it and exits with 1."""


class CaseError(ClausetraceError):
    """The case file cannot be used as it is."""


class DocumentError(ClausetraceError):
    """One document cannot be read. A case run turns it into a row of `problems` and goes on."""


class ModelError(ClausetraceError):
    """A model is missing, or its file is not the one that `models.toml` names."""


class TableError(ClausetraceError):
    """A record table is missing, damaged, or of another version."""
