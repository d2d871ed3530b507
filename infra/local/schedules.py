"""Runs scheduled functions on the local clock, and on demand with any instant.

A function that runs at set times (`cron`) is run for every time that was missed, in order, while the clock
was set forward or the machine was off; one that runs every so often (`rate`), or only looks at what stands
now, is run once.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

from infra.local.checkpoints import Checkpoints
from infra.local.invoke import FunctionFailed
from infra.local.streams import Invoke
from kit import clock

_MOST_MISSED = 400  # a little more than a year of days
LOOK_AT_NOW = {
    "admin-remove-lapsed",
    "audit-check-chain",
    "catalog-refresh-search",
    "catalog-tell-reductions",
    "gifts-complete-delivered",
    "insights-advise-supply",
    "insights-check-invariants",
    "insights-recommend-goods",
    "pricing-end-overdue",
    "settings-export-tables",
}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)")


class UnknownSchedule(Exception):
    """An expression that is neither `rate(…)` nor a `cron(…)` of every year."""


@dataclass(frozen=True)
class Schedule:
    """When a function runs."""

    function: str
    expression: str
    zone: str = "UTC"

    @property
    def key(self) -> str:
        return f"{self.function} {self.expression}"

    def due(self, last: datetime, now: datetime) -> list[datetime]:
        """The times to run since the last one; raises UnknownSchedule."""
        if every := self._every():
            periods = (now - last) // every
            return [last + periods * every] if periods else []
        if self.function in LOOK_AT_NOW:
            newest = next(CronSim(self._cron(), self._local(now) + timedelta(seconds=1), reverse=True))
            return [newest.astimezone(last.tzinfo)] if last < newest <= now else []
        return [instant for instant in islice(self._times(last), _MOST_MISSED) if instant <= now]

    def next(self, last: datetime) -> datetime:
        """The first time to run after an instant."""
        every = self._every()
        return last + every if every else next(self._times(last))

    def _times(self, last: datetime) -> Iterator[datetime]:
        for local in CronSim(self._cron(), self._local(last)):
            yield local.astimezone(last.tzinfo)

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.zone))

    def _every(self) -> timedelta | None:
        if found := _RATE.fullmatch(self.expression):
            return timedelta(**{f"{found[2]}s": int(found[1])})
        return None

    def _cron(self) -> str:
        found = _CRON.fullmatch(self.expression)
        if not found:
            raise UnknownSchedule(self.expression)
        minute, hour, day, month, weekday = (field.replace("?", "*") for field in found.groups())
        # Sunday is 1 in AWS and 0 in cron.
        weekday = re.sub(r"(?<![#/\d])\d", lambda number: str(int(number[0]) - 1), weekday)
        return f"{minute} {hour} {day} {month} {weekday}"


def schedules(events: list[tuple[str, Any]]) -> list[Schedule]:
    """The schedules in the `schedule:` events of serverless.yml."""
    found = []
    for function, event in events:
        described = {"rate": event} if isinstance(event, str) else event
        rates = described["rate"] if isinstance(described["rate"], list) else [described["rate"]]
        zone = described.get("timezone", "UTC")
        found += [Schedule(function, rate, zone) for rate in rates if described.get("enabled", True)]
    return found


class Scheduler:
    """Runs what is due; `run` also serves people who do not want to wait."""

    def __init__(self, plan: list[Schedule], invoke: Invoke, checkpoints: Checkpoints) -> None:
        self.plan = plan
        self._invoke, self._checkpoints = invoke, checkpoints

    def step(self, now: datetime) -> int:
        """Run everything that became due since the last step, in order of time; tells how many."""
        due = [
            (instant, schedule)
            for schedule in self.plan
            for instant in schedule.due(self.last(schedule, now), now)
        ]
        for instant, schedule in sorted(due, key=lambda entry: entry[0]):
            self.run(schedule.function, instant)
            self._note(schedule, instant)
        return len(due)

    def last(self, schedule: Schedule, now: datetime) -> datetime:
        """When a schedule last ran; one never seen before counts from `now`."""
        held: dict[str, str] = self._checkpoints.read("schedules") or {}
        if schedule.key not in held:
            self._note(schedule, now)
            return now
        return clock.from_text(held[schedule.key])

    def _note(self, schedule: Schedule, instant: datetime) -> None:
        held: dict[str, str] = self._checkpoints.read("schedules") or {}
        self._checkpoints.write("schedules", held | {schedule.key: clock.to_text(instant)})

    def run(self, function: str, instant: datetime) -> bool:
        """Run a function as if it were that instant; tells whether it went well."""
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": "000000000000",
            "time": clock.to_text(instant),
            "region": "local",
            "resources": [f"arn:aws:scheduler:local:000000000000:schedule/default/{function}"],
            "detail": "{}",
        }
        try:
            self._invoke(function, event)
        except FunctionFailed:
            return False
        return True
