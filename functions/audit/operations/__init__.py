"""What can be done with the operation log; the only door for other contexts."""

from functions.audit.operations.chain import check, remove_entries, seal, watch
from functions.audit.operations.exporting import export
from functions.audit.operations.journal import QueueJournal
from functions.audit.operations.reading import list_entries, operation
from functions.audit.operations.recording import changes_of, record

__all__ = [
    "QueueJournal",
    "changes_of",
    "check",
    "export",
    "list_entries",
    "operation",
    "record",
    "remove_entries",
    "seal",
    "watch",
]
