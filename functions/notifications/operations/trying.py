"""Whether a message goes out through a channel as it is set up now, and what the provider says if not."""

from collections.abc import Callable, Mapping
from datetime import datetime

from functions.agents import operations as agents
from functions.auth import operations as auth
from functions.notifications import rules, table
from functions.notifications.channels import Channels, Undeliverable
from functions.notifications.rules import Tried
from functions.notifications.schemas import TestedChannel, TestMessage
from functions.notifications.table import tries
from kit import clock, secrets, transaction
from kit.http_client import ProviderRefused, ProviderUnsure
from kit.tokens import Principal

Timer = Callable[[], float]  # seconds
Found = tuple[Tried, str | None]  # how it went, in the provider's own words
_HELD: Mapping[str, Callable[[], secrets.Held | None]] = {
    "sms": lambda: secrets.look("sms"),
    "email": lambda: secrets.look("smtp"),
}


def send_test(
    wanted: TestMessage, test_id: str, staff: Principal, channels: Channels, timer: Timer, now: datetime
) -> TestedChannel:
    """Send a message that says it is a test, by the credentials as they are stored. Raises TestedTooOften."""
    transaction.commit(tries.count_parts(staff.user_id, wanted.address, now))
    secrets.forget()
    began = timer()
    if wanted.channel == "inbox":
        result, said = _in_app(wanted, test_id, staff, now)
    else:
        result, said = _out(wanted, channels, now)
    return TestedChannel(
        channel=wanted.channel,
        result=result,
        explanation=rules.TRIED[result],
        provider_said=said,
        milliseconds=round((timer() - began) * 1000),
        tested_at=clock.to_text(now),
    )


def _out(wanted: TestMessage, channels: Channels, now: datetime) -> Found:
    try:
        if _HELD[wanted.channel]() is None:
            return "no_credentials", None
        if wanted.channel == "sms":
            channels.sms(wanted.address, "test", rules.TEST_TITLE)
        else:
            channels.email(wanted.address, rules.TEST_TITLE, rules.test_text(now))
    except Undeliverable as failure:
        return "undeliverable", failure.detail
    except ProviderRefused as refusal:
        return "refused", str(refusal)
    except ProviderUnsure as failure:
        return "no_answer", failure.data.get("reason")
    except ValueError:  # what is stored is no account
        return "unreadable", None
    return "sent", None


def _in_app(wanted: TestMessage, test_id: str, staff: Principal, now: datetime) -> Found:
    known = auth.user_at(wanted.address)
    if known is None or not agents.covered_by(staff)(known[0]):
        return "nobody", None
    fields = {"title": rules.TEST_TITLE, "text": rules.test_text(now), "page": "pages/home/index"}
    notice = rules.word(rules.NOTICE_KIND, fields)
    at = clock.to_text(now)
    notice_id = f"{at.replace('-', '').replace(':', '')}-{test_id}"
    transaction.commit(table.notice_parts(known[1], notice_id, notice, at))
    return "sent", None
