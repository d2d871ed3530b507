"""Who is calling, and what is open to them."""

from functions.agents import rules
from functions.agents.operations.companies import company
from functions.agents.operations.tiers import tier_name
from functions.agents.operations.users import user
from functions.agents.schemas import Me
from kit.tokens import Principal


def me(caller: Principal | None) -> Me:
    """What the interface needs to fit whoever looks at it."""
    if caller is None:
        return Me(principal="visitor", permissions=[], open=["browse"])
    if caller.kind == "staff":
        return Me(principal="staff", permissions=sorted(caller.permissions), open=["browse", "prices"])
    person, own = user(caller.agent, caller.user_id), company(caller.agent)
    return Me(
        principal="agent",
        user=person,
        company=own,
        tier_name=tier_name(own.tier),
        permissions=sorted(rules.PERMISSIONS[person.role]) if person.active else [],
        open=sorted(rules.OPEN[own.state]),
    )
