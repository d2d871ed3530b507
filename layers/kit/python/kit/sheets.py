"""Tables for spreadsheets: CSV that Excel reads as UTF-8 and never runs."""

import csv
import io
import re
from collections.abc import Iterable

_START = "\ufeff"  # the first thing in a file, or Excel takes it for another encoding
_FORMULA = (*"=+-@＝＋－＠", "\t", "\r", "\n")  # a spreadsheet would run a cell that begins so
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def head(cells: Iterable[str]) -> str:
    """The first row of a file."""
    return _START + row(cells)


def row(cells: Iterable[str]) -> str:
    """One row; what looks like a formula, but for plain numbers, becomes text."""
    out = io.StringIO()
    csv.writer(out).writerow(map(_harmless, cells))
    return out.getvalue()


def table(rows: Iterable[Iterable[str]]) -> str:
    """A whole file."""
    return _START + "".join(map(row, rows))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
