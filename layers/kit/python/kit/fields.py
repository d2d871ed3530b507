"""Fields that schemas of several contexts share: a day and an instant of this century, a version."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from kit import clock

_MOST_CHANGES = 1_000_000_000
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)


def _instant(text: str) -> str:
    instant = clock.from_text(text)
    if not _FIRST <= instant <= _LAST:
        raise ValueError("时间须在 2000 年至 2099 年之间")
    return clock.to_text(instant)


Day = Annotated[date, Field(ge=_FIRST.date(), le=_LAST.date())]
Instant = Annotated[str, AfterValidator(_instant)]  # kept as text
Moment = Annotated[AwareDatetime, Field(strict=False, ge=_FIRST, le=_LAST)]
Version = Annotated[int, Field(ge=1, le=_MOST_CHANGES)]
SeenVersion = Annotated[int, Field(ge=0, le=_MOST_CHANGES)]  # 0: there was nothing yet
