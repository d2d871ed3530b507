"""Products as files: what staff send and get."""

from typing import Annotated, Literal

from pydantic import Field

from functions.catalog.rules.products import State
from kit.api import Body, View

Outcome = Literal["created", "updated", "unchanged", "refused"]


class ImportProducts(Body):
    """The text of a CSV file in UTF-8; a dry run only tells what would happen."""

    content: Annotated[str, Field(min_length=1, max_length=600_000)]
    dry_run: bool = True


class LineProblem(View):
    """What is wrong in a line of the file; the column is empty when it is not about one."""

    line: int
    column: str
    message: str


class ImportedProduct(View):
    """What became, or would become, of the lines of one product. `changes` are titles of columns."""

    lines: list[int]
    name: str
    product_id: str | None
    outcome: Outcome
    changes: list[str]
    problems: list[LineProblem]


class ImportReport(View):
    """What became, or would become, of a file; refused products leave the others alone."""

    dry_run: bool
    counts: dict[Outcome, int]
    items: list[ImportedProduct]


class ExportProducts(Body):
    """Products of a state, or all that are not archived."""

    state: State | None = None


class ExportedFile(View):
    """A file to download; the link is good for five minutes."""

    url: str
    products: int
