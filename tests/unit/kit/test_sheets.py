"""Files for spreadsheets run nothing and keep numbers."""

import csv
import io

import pytest

from kit import sheets


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+SUM(A1)",
        "-cmd|x",
        "@x",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－cmd",
        "＠x",
        "-1-1",
        "--1",
    ],
)
def test_formulas_become_text(cell: str) -> None:
    assert next(csv.reader(io.StringIO(sheets.row([cell]), newline=""))) == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["", "12.34", "-12.34", "-7", "茶", 'a,"b"\nc', "13800000000"])
def test_everything_else_stays(cell: str) -> None:
    assert next(csv.reader(io.StringIO(sheets.row([cell, "x"]), newline=""))) == [cell, "x"]


def test_a_file_begins_so_that_excel_knows_its_encoding() -> None:
    assert sheets.table([["订单号"], ["1"]]) == "\ufeff订单号\r\n1\r\n"
