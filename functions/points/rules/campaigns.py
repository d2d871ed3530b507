"""The life of a campaign: draft → scheduled → running → paused → ended.

`running` and the end of the window are never stored: they follow from the time, so no job can be late.
A campaign that has begun keeps its terms; only its name, end and budget may still change.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from functions.points.rules.earning import Campaign
from kit import clock
from kit.errors import Conflict, Invalid

State = Literal["draft", "scheduled", "running", "paused", "ended"]
Step = Literal["publication", "pause", "resumption", "end"]

MOST_OPEN = 20

STEPS: dict[Step, dict[State, Literal["scheduled", "paused", "ended"]]] = {
    "publication": {"draft": "scheduled"},
    "pause": {"scheduled": "paused", "running": "paused"},
    "resumption": {"paused": "scheduled"},
    "end": {"scheduled": "ended", "running": "ended", "paused": "ended"},
}


class CampaignStepNotAllowed(Conflict):
    """The campaign's state does not allow this step."""

    title = "当前状态的活动不能执行此操作"


class TermsFixed(Conflict):
    """A campaign that has begun keeps its terms."""

    title = "活动已开始，只能修改名称、说明、结束时间和预算"


class TooManyCampaigns(Conflict):
    """An order's award books every campaign it takes part in at once, so only so many are open together."""

    title = f"同时最多有 {MOST_OPEN} 个未结束的活动，请先结束其他活动"


def state(campaign: Campaign, now: datetime) -> State:
    """The state at an instant."""
    instant = clock.to_text(now)
    if campaign.state == "ended" or (campaign.state != "draft" and instant >= campaign.ends_at):
        return "ended"
    if campaign.state == "scheduled" and instant >= campaign.starts_at:
        return "running"
    return campaign.state


def in_force(campaign: Campaign, paid_at: str) -> bool:
    """Whether an order paid at this instant takes part: from the start on, before the end, not in a pause."""
    if campaign.state == "draft" or not campaign.starts_at <= paid_at < campaign.ends_at:
        return False
    return not any(since <= paid_at and (not until or paid_at < until) for since, until in campaign.pauses)


def step(campaign: Campaign, name: Step, now: datetime) -> Campaign:
    """Take a campaign one step further. Raises CampaignStepNotAllowed, or Invalid when its window is over."""
    present, instant = state(campaign, now), clock.to_text(now)
    if present not in STEPS[name]:
        raise CampaignStepNotAllowed(state=present)
    after = replace(campaign, state=STEPS[name][present], version=campaign.version + 1)
    if name == "publication":
        # Nothing is promised for the past: what was paid before the publication is already booked.
        after = replace(after, starts_at=max(campaign.starts_at, instant))
        require_window(after)
    elif name == "pause":
        after = replace(after, pauses=(*campaign.pauses, (instant, "")))
    elif campaign.state == "paused":
        *earlier, (since, _) = campaign.pauses
        after = replace(after, pauses=(*earlier, (since, instant)))
    if name == "end":
        after = replace(after, ends_at=min(campaign.ends_at, instant))
    return after


def check_room(others: Iterable[Campaign], now: datetime) -> None:
    """Raises TooManyCampaigns when one more would be published than may be open at once."""
    if sum(state(other, now) in ("scheduled", "running", "paused") for other in others) >= MOST_OPEN:
        raise TooManyCampaigns()


def edit(campaign: Campaign, wanted: Campaign, now: datetime) -> Campaign:
    """Replace a campaign's terms by `wanted`. Raises TermsFixed or Invalid."""
    edited = replace(
        wanted,
        campaign_id=campaign.campaign_id,
        state=campaign.state,
        pauses=campaign.pauses,
        spent=campaign.spent,
        version=campaign.version + 1,
    )
    if state(campaign, now) == "ended":
        raise CampaignStepNotAllowed(state="ended")
    begun = campaign.state != "draft" and campaign.starts_at <= clock.to_text(now)
    if begun and _terms(edited) != _terms(campaign):
        raise TermsFixed()
    if campaign.state != "draft" and edited.ends_at <= clock.to_text(now):
        raise Invalid(errors=[{"field": "ends_at", "message": "结束时间须晚于现在"}])
    if campaign.state != "draft" and not begun:
        edited = replace(edited, starts_at=max(edited.starts_at, clock.to_text(now)))
    if edited.budget is not None and edited.budget < campaign.spent:
        raise Invalid(errors=[{"field": "budget", "message": f"预算不能少于已发放的 {campaign.spent} 积分"}])
    require_window(edited)
    return edited


def require_window(campaign: Campaign) -> None:
    """Raises Invalid unless the campaign ends after it starts."""
    if campaign.ends_at <= campaign.starts_at:
        raise Invalid(errors=[{"field": "ends_at", "message": "结束时间须晚于开始时间"}])


def _terms(campaign: Campaign) -> Campaign:
    free = {"name": "", "description": "", "image": "", "ends_at": "", "budget": None, "version": 0}
    return replace(campaign, **free)  # type: ignore[arg-type]
