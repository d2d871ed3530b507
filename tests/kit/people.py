"""Access tokens of people in tests; needs `cloud`, where the signing key is kept."""

from functions.agents.rules import PERMISSIONS, Role
from kit import clock, secrets, tokens
from kit.tokens import Principal

AGENT = "0AGENT00000000000000000000"
OTHER_AGENT = "0OTHER00000000000000000000"
USER = "0USER000000000000000000000"
CLERK = "0CLERK00000000000000000000"


def sign_with_test_key() -> None:
    """Store the keys that sign tokens and cursors, and that second factors come from."""
    secrets.store("signing-key", "a key that only tests sign with: 0123456789")
    secrets.store("second-factor-key", "a key that only tests derive from: 0123456789")


def agent_token(agent_id: str = AGENT, user_id: str = USER, role: Role = "owner") -> str:
    """The token of an agent's user with the permissions of a role."""
    principal = Principal("agent", user_id, "S1", agent_id=agent_id, role=role, permissions=PERMISSIONS[role])
    return tokens.issue(principal, clock.now())


def clerk(*permissions: str, user_id: str = CLERK, regions: tuple[str, ...] = ()) -> Principal:
    """A member of staff who holds these permissions, everywhere or in some regions."""
    return Principal("staff", user_id, "S2", permissions=frozenset(permissions), regions=regions)


def staff_token(*permissions: str, user_id: str = CLERK, regions: tuple[str, ...] = ()) -> str:
    """The token of a member of staff who holds these permissions, everywhere or in some regions."""
    return tokens.issue(clerk(*permissions, user_id=user_id, regions=regions), clock.now())
