"""Inviting others: a code that can be read out, scanned or sent, and who came by it."""

import base64
from collections.abc import Callable

from functions.agents import rules, storage
from functions.agents.operations.companies import row_of
from functions.agents.schemas import CodeImage, Invited, InvitedReward, Referral
from functions.agents.table import referrals as table
from functions.settings import operations as settings
from kit.wechat import MiniProgram

_MOST_SHOWN = 50
# What may speak against a reward is the merchant's business.
_REWARDS: dict[str, InvitedReward] = {
    "waiting": "waiting",
    "held": "in_review",
    "rewarded": "rewarded",
    "refused": "none",
    "revoked": "none",
}


def referral(agent_id: str) -> Referral:
    """A company's invite code, what it is good for, and the companies that came by it, the latest first."""
    code = row_of(agent_id).invite_code
    offered, page = settings.referral_settings(), f"{rules.REGISTRATION_PAGE}?invite={code}"
    times, points = table.rewards(agent_id)
    return Referral(
        invite_code=code,
        page=page,
        link=f"/#/{page}",
        is_rewarded=offered.enabled,
        inviter_points=offered.inviter_points,
        invited_points=offered.invited_points,
        minimum_order_fen=offered.minimum_order_fen,
        joined=table.count_invited(agent_id),
        rewarded=times,
        points=points,
        invited=[
            Invited(
                name=rules.shortened(company.name),
                state=company.state,
                joined_at=one.joined_at,
                reward=_REWARDS[one.state],
                points=one.inviter_points if one.state == "rewarded" else 0,
            )
            for one, company in table.invited(agent_id, _MOST_SHOWN)
        ],
    )


def referral_image(agent_id: str, mini_program: Callable[[], MiniProgram], bucket: str) -> CodeImage:
    """A mini-program code that opens the registration with the invite code filled in; made once."""
    code = row_of(agent_id).invite_code
    key = f"agents/{agent_id}/referral/{code}.jpg"
    image = storage.read(bucket, key)
    if image is None:
        image = mini_program().code_image(f"invite={code}", rules.REGISTRATION_PAGE)
        storage.write(bucket, key, image)
    return CodeImage(image=f"data:image/jpeg;base64,{base64.b64encode(image).decode()}")
