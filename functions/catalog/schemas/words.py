"""The texts and numbers that requests consist of, with their bounds."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

# What parts lists and paths in sheets: a word with one of these could be written there, but not read back.
_PARTING = frozenset("|｜>＞")


def _in_one_piece(word: str) -> str:
    if not _PARTING.isdisjoint(word):
        raise ValueError("不能含有 | 或 >")
    return word


Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{10}$")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Word = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(_in_one_piece)]
Code = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$"), AfterValidator(str.upper)
]
Fen = Annotated[int, Field(ge=1, le=10_000_000_00)]
Pieces = Annotated[int, Field(ge=1, le=1_000_000)]
Stock = Annotated[int, Field(ge=0, le=10_000_000)]
Position = Annotated[int, Field(ge=0, le=9999)]
Band = Literal["plenty", "few", "none"]
