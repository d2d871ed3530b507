"""What a person may have meant by typing letters: syllables of pinyin, or their initials.

Documents carry spoken terms made when the index is built; a query is only cut into syllables here, so that
answering needs no dictionary.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

_FINALS = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
SYLLABLES = frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split())
_BEGINNINGS = frozenset(syllable[:end] for syllable in SYLLABLES for end in range(1, len(syllable) + 1))
_LONGEST = max(map(len, SYLLABLES))
_MOST_READINGS = 8


_SPOKEN, _INITIALS = "~", "^"


def spoken(syllables: Sequence[str]) -> tuple[str, ...]:
    """Terms that together stand for syllables in a row: pairs of neighbours, or the only one."""
    return tuple(f"{_SPOKEN}{one} {two}" for one, two in pairwise(syllables)) or (_SPOKEN + syllables[0],)


def initials(syllables: Sequence[str]) -> tuple[str, ...]:
    """Terms that together stand for initials in a row: pairs of neighbours."""
    return tuple(_INITIALS + one[0] + two[0] for one, two in pairwise(syllables))


def terms(syllables: Sequence[str]) -> set[str]:
    """All terms of a run of Chinese as it is spoken."""
    return {_SPOKEN + syllable for syllable in syllables} | {*spoken(syllables), *initials(syllables)}


@lru_cache(4096)
def readings(letters: str) -> tuple[tuple[str, ...], ...]:
    """Ways to cut letters into whole syllables, those with fewest syllables first."""
    found: list[tuple[str, ...]] = []
    for end in range(min(_LONGEST, len(letters)), 0, -1):
        if letters[:end] in SYLLABLES:
            rest = readings(letters[end:]) if letters[end:] else ((),)
            found += [(letters[:end], *following) for following in rest]
    return tuple(sorted(found, key=len)[:_MOST_READINGS])


def unfinished(letters: str) -> list[tuple[str, ...]]:
    """Ways to read letters whose last syllable is still being typed: "longj" → long, j…"""
    return [
        (*before, letters[start:])
        for start in range(len(letters) - 1, max(-1, len(letters) - _LONGEST), -1)
        if letters[start:] in _BEGINNINGS
        for before in (readings(letters[:start])[:1] if start else ((),))
    ]
