"""The sign-in log for staff."""

from functions.auth import operations, schemas
from kit.api import Call, Door, permission
from kit.pages import Page

door = Door("auth")


@door.endpoint(
    "GET",
    "/sign-ins",
    access=permission("audit"),
    query=schemas.SignInQuery,
    answer=Page[schemas.SignInView],
)
def list_sign_ins(call: Call) -> Page[schemas.SignInView]:
    """Who tried to sign in, when, from where and with what result, newest first."""
    return operations.sign_ins(call.query, call.now)
