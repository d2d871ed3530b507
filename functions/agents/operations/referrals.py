"""Inviting others: a code that can be read out, scanned or sent, and who came by it."""

import base64

from functions.agents import rules, table
from functions.agents.operations.companies import row_of
from functions.agents.schemas import CodeImage, Invited, Referral
from kit.wechat import MiniProgram

_MOST_SHOWN = 50


def referral(agent_id: str) -> Referral:
    """A company's invite code and the companies that came by it, the latest first."""
    code = row_of(agent_id).invite_code
    return Referral(
        invite_code=code,
        page=f"{rules.REGISTRATION_PAGE}?invite={code}",
        invited=[
            Invited(name=rules.shortened(company.name), state=company.state, joined_at=row.joined_at)
            for row, company in table.invited(agent_id, _MOST_SHOWN)
        ],
    )


def referral_image(agent_id: str, mini_program: MiniProgram) -> CodeImage:
    """A mini-program code that opens the registration with the company's invite code filled in."""
    scene = f"invite={row_of(agent_id).invite_code}"
    image = mini_program.code_image(scene, rules.REGISTRATION_PAGE)
    return CodeImage(image=f"data:image/jpeg;base64,{base64.b64encode(image).decode()}")
