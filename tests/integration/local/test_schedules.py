"""Schedules run at the instants the description means, none is forgotten, each is told its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.checkpoints import Checkpoints
from infra.local.clock import GoesBackward, LocalClock
from infra.local.invoke import FunctionFailed, Functions
from infra.local.schedules import LOOK_AT_NOW, Schedule, Scheduler, UnknownSchedule, schedules

MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
EXPIRE = Schedule("points-expire-buckets", "cron(5 0 * * ? *)", "Asia/Shanghai")
ACTIVATE = Schedule("points-activate-pending", "cron(10 0 * * ? *)", "Asia/Shanghai")
CLOSE = Schedule("orders-close-overdue", "rate(1 minute)")


class Runs(list[tuple[str, str]]):
    def __call__(self, function: str, event: Any) -> None:
        self.append((function, event["time"]))


def _scheduler(runs: Runs, *plan: Schedule, checkpoints: Checkpoints | None = None) -> Scheduler:
    scheduler = Scheduler(list(plan), runs, checkpoints or Checkpoints())
    assert scheduler.step(MORNING) == 0
    return scheduler


def test_a_daily_schedule_keeps_to_its_own_time_zone() -> None:
    runs = Runs()
    scheduler = _scheduler(runs, EXPIRE)
    assert EXPIRE.next(MORNING) == datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
    assert scheduler.step(datetime(2026, 11, 22, 16, 4, 59, tzinfo=UTC)) == 0
    assert scheduler.step(datetime(2026, 11, 22, 16, 5, tzinfo=UTC)) == 1
    assert scheduler.step(datetime(2026, 11, 22, 16, 5, 1, tzinfo=UTC)) == 0
    assert runs == [("points-expire-buckets", "2026-11-22T16:05:00Z")]


def test_a_rate_runs_once_however_long_the_pause_was() -> None:
    runs = Runs()
    scheduler = _scheduler(runs, CLOSE)
    assert scheduler.step(MORNING + timedelta(seconds=59)) == 0
    assert scheduler.step(MORNING + timedelta(minutes=90, seconds=7)) == 1
    assert scheduler.step(MORNING + timedelta(minutes=91)) == 1
    assert [instant for _, instant in runs] == ["2026-11-22T03:30:00Z", "2026-11-22T03:31:00Z"]


def test_days_that_were_passed_over_are_made_up_for_in_order() -> None:
    runs = Runs()
    scheduler = _scheduler(runs, ACTIVATE, EXPIRE)
    assert scheduler.step(MORNING + timedelta(days=365)) == 2 * 365
    assert runs[:3] == [
        ("points-expire-buckets", "2026-11-22T16:05:00Z"),
        ("points-activate-pending", "2026-11-22T16:10:00Z"),
        ("points-expire-buckets", "2026-11-23T16:05:00Z"),
    ]
    assert [instant for _, instant in runs] == sorted(instant for _, instant in runs)


def test_what_looks_at_the_present_has_nothing_to_catch_up_on() -> None:
    runs = Runs()
    hourly = Schedule("pricing-end-overdue", "cron(5 * * * ? *)", "Asia/Shanghai")
    scheduler = _scheduler(runs, hourly)
    assert scheduler.step(MORNING + timedelta(minutes=4, seconds=59)) == 0
    assert scheduler.step(MORNING + timedelta(minutes=5)) == 1
    assert scheduler.step(MORNING + timedelta(minutes=5, seconds=1)) == 0
    assert scheduler.step(MORNING + timedelta(days=365, minutes=7)) == 1
    assert [instant for _, instant in runs] == ["2026-11-22T02:05:00Z", "2027-11-22T02:05:00Z"]


def test_only_functions_that_exist_look_at_the_present() -> None:
    assert {schedule.function for schedule in schedules(Functions().events("schedule"))} >= LOOK_AT_NOW


def test_a_run_missed_while_the_machine_was_off_is_made_up_for(tmp_path: Path) -> None:
    _scheduler(Runs(), EXPIRE, checkpoints=Checkpoints(tmp_path))
    runs = Runs()
    restarted = Scheduler([EXPIRE], runs, Checkpoints(tmp_path))
    assert restarted.step(MORNING + timedelta(days=1)) == 1
    assert runs == [("points-expire-buckets", "2026-11-22T16:05:00Z")]


def test_a_failure_does_not_stop_the_schedules_after_it() -> None:
    def fails(function: str, event: Any) -> None:
        raise FunctionFailed(function)

    scheduler = Scheduler([ACTIVATE, EXPIRE], fails, Checkpoints())
    scheduler.step(MORNING)
    assert scheduler.step(MORNING + timedelta(days=1)) == 2
    assert not scheduler.run("points-expire-buckets", MORNING)


def test_any_schedule_can_be_run_with_a_given_instant() -> None:
    runs = Runs()
    assert Scheduler([], runs, Checkpoints()).run("points-expire-buckets", MORNING + timedelta(days=300))
    assert runs == [("points-expire-buckets", "2027-09-18T02:00:00Z")]


def test_sunday_is_one_and_a_question_mark_is_any_day() -> None:
    weekly = Schedule("backups-take", "cron(0 3 ? * 1 *)", "Asia/Shanghai")
    assert weekly.next(MORNING) == datetime(2026, 11, 28, 19, 0, tzinfo=UTC)  # Sunday 03:00 in Shanghai
    workdays = Schedule("backups-take", "cron(0 3 ? * MON-FRI *)", "Asia/Shanghai")
    assert workdays.next(MORNING) == datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    with pytest.raises(UnknownSchedule):
        Schedule("backups-take", "cron(0 3 ? * 1 2027)").next(MORNING)


def test_every_schedule_of_the_description_can_be_read() -> None:
    plan = schedules(Functions().events("schedule"))
    assert CLOSE.function in {schedule.function for schedule in plan}
    assert all(schedule.next(MORNING) > MORNING for schedule in plan)


def test_the_clock_goes_forward_for_every_process_and_never_back(tmp_path: Path) -> None:
    mine, other = LocalClock(tmp_path / "clock.json"), LocalClock(tmp_path / "clock.json")
    before = other.now()
    mine.set(before + timedelta(days=30))
    assert timedelta(days=30) <= other.now() - before < timedelta(days=30, minutes=1)
    with pytest.raises(GoesBackward):
        other.set(before)
    assert LocalClock(tmp_path / "clock.json").offset == mine.offset
