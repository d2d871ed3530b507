"""The clock of the local run: real time, set forward by as much as somebody asked for."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kit import clock


class GoesBackward(Exception):
    """Time can only be set forward: tokens, ledgers and streams would contradict themselves otherwise."""


class LocalClock:
    """Real time plus an offset kept in a file, so that every process and the next start agree."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = -1
        self._offset = timedelta()

    def install(self) -> None:
        """Make this the clock of the process."""
        clock.use(self.now)

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of real time; read again when the file has changed."""
        try:
            changed = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return timedelta()
        if changed != self._seen:
            self._offset = timedelta(seconds=json.loads(self._file.read_text())["offset_seconds"])
            self._seen = changed
        return self._offset

    def set(self, instant: datetime) -> None:
        """Set the clock forward; raises GoesBackward."""
        ahead = instant - self.now()
        if ahead < timedelta():
            raise GoesBackward()
        self._write(self.offset + ahead)

    def _write(self, offset: timedelta) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
        draft.replace(self._file)
