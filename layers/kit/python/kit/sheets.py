"""Tables for spreadsheets: CSV that Excel reads as UTF-8 and never runs."""

import csv
import io
from collections.abc import Iterable

START = "\ufeff"  # the first thing in a file, or Excel takes it for another encoding
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


def row(cells: Iterable[str]) -> str:
    """One row; what looks like a formula becomes text."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()
