# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in memory.

NotebookError
├── StoreUnavailable   the database or the index does not answer: the turn goes on without it
├── StoreNewer         the database was written by a newer Rapport
├── StoreInUse         another process owns the embedded store
├── KeyUnusable        the master key is missing or wrong
├── NotFound           absent, or another's: the caller cannot tell which
├── StaleVersion       somebody else changed it first
└── NotKept            what was given cannot be kept: the text says why and where
"""


class NotebookError(Exception):
    """Base of all errors of memory; its text says what is wrong and how to mend it."""


class StoreUnavailable(NotebookError):
    """The database or the index does not answer just now."""


class StoreNewer(NotebookError):
    """The database was written by a newer version of Rapport."""


class StoreInUse(NotebookError):
    """Another process owns the embedded store."""


class KeyUnusable(NotebookError):
    """The master key is missing, unreadable, or not the one that sealed this store."""


class NotFound(NotebookError):
    """There is no such thing for this person."""


class StaleVersion(NotebookError):
    """The row changed since it was read; read again and retry."""


class NotKept(NotebookError):
    """What was given cannot be kept; each of its sentences says where and why, to whoever gave it."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults
