"""How a text becomes search terms.

Chinese has no spaces, so every character and every pair of neighbours is a term; Latin words and numbers
are terms as they stand and, where letters meet digits, also their parts ("500ml" → 500ml, 500, ml).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_PART = re.compile(r"[a-z]+|[0-9]+")


def normalise(text: str) -> str:
    """One form for what people write in several: full-width letters, ligatures, capitals."""
    return unicodedata.normalize("NFKC", text).casefold()


def code_of(text: str) -> str:
    """A SKU code or bar code without case and punctuation: "TEA-0012" → tea0012."""
    return "".join(_RUN.findall(normalise(text)))


def is_chinese(run: str) -> bool:
    return run[0] >= "\u3400"


def runs(text: str) -> list[str]:
    """The unbroken stretches of Chinese, and of Latin letters and digits, in order."""
    return _RUN.findall(normalise(text))


def terms(text: str) -> set[str]:
    """Every term of a text."""
    found: set[str] = set()
    for run in runs(text):
        if is_chinese(run):
            found.update(run, pairs(run))
        else:
            found.update((run, *_PART.findall(run)))
    return found


def pairs(run: Sequence[str]) -> Iterator[str]:
    """Neighbouring characters, joined."""
    return (a + b for a, b in pairwise(run))
