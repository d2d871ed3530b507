"""The agent's own pages: the last step of registration, company, addresses, people and files."""

import os

from functions.agents import operations, rules, schemas
from functions.auth.operations import (
    AddressTaken,
    AlreadyRegistered,
    CodeExpired,
    CodeWrong,
    RegistrationGone,
    Visit,
)
from functions.auth.schemas import Tokens, Verify
from kit import wechat
from kit.api import AGENT, VISITOR, Access, Api, Call
from kit.errors import NotFound, Stale
from kit.http_client import ProviderUnsure
from kit.pages import Page

app = Api("agents")
EDITS_COMPANY = Access("agent", ("company",))
EDITS_USERS = Access("agent", ("users",))


@app.endpoint(
    "POST",
    "/auth/registrations/{registration_id}/verification",
    access=VISITOR,
    body=Verify,
    answer=Tokens,
    status=201,
    errors=(RegistrationGone, CodeWrong, CodeExpired, AlreadyRegistered),
)
def verify_registration(call: Call, registration_id: str) -> Tokens:
    """Prove the e-mail address: the company now waits for review, and its owner is signed in."""
    visit = Visit(call.ip, call.user_agent, call.now, call.new_id())
    return operations.verify_registration(
        registration_id, call.body.code, call.new_id(), call.new_id(), visit
    )


@app.endpoint("GET", "/me", access=VISITOR, answer=schemas.Me)
def show_me(call: Call) -> schemas.Me:
    """Who is calling, their company's state, and what is open to them."""
    return operations.me(call.caller)


@app.endpoint("DELETE", "/me", access=AGENT, status=204, errors=(rules.StateForbids, Stale))
def leave(call: Call) -> None:
    """Close the account for good; an owner closes the company. Orders are kept, names are not."""
    operations.leave(call.principal, call.now)


@app.endpoint("GET", "/me/company", access=AGENT, answer=schemas.Company)
def show_company(call: Call) -> schemas.Company:
    """The caller's company."""
    return operations.company(call.principal.agent)


@app.endpoint(
    "PATCH",
    "/me/company",
    access=EDITS_COMPANY,
    body=schemas.EditCompany,
    answer=schemas.Company,
    errors=(rules.ReviewedFieldLocked, rules.CompanyNotActive, Stale),
)
def edit_company(call: Call) -> schemas.Company:
    """Change the company's data; what was reviewed only while it is being reviewed."""
    return operations.edit_company(call.principal, call.body, os.environ["UPLOADS_BUCKET"])


@app.endpoint(
    "POST",
    "/me/application",
    access=EDITS_COMPANY,
    body=schemas.Apply,
    answer=schemas.Company,
    errors=(rules.StateForbids, Stale),
)
def apply_again(call: Call) -> schemas.Company:
    """Send the application in again after it was rejected or more was asked for."""
    return operations.apply_again(call.principal, call.body, os.environ["UPLOADS_BUCKET"], call.now)


@app.endpoint("GET", "/me/order-policy", access=AGENT, answer=schemas.EffectivePolicy)
def show_order_policy(call: Call) -> schemas.EffectivePolicy:
    """How the company's orders are handled: what a checkout has to ask for."""
    return operations.own_policy(call.principal.agent, call.now)


@app.endpoint("GET", "/me/addresses", access=AGENT, answer=Page[schemas.Address])
def list_addresses(call: Call) -> Page[schemas.Address]:
    """The address book, the default first; never more than fifty."""
    return Page(items=operations.addresses(call.principal.agent))


@app.endpoint(
    "POST",
    "/me/addresses",
    access=AGENT,
    body=schemas.SaveAddress,
    answer=schemas.Address,
    status=201,
    errors=(rules.TooManyAddresses, rules.CompanyNotActive),
)
def add_address(call: Call) -> schemas.Address:
    """Add an address; the first is the default."""
    return operations.add_address(call.principal.agent, call.body, call.new_id())


@app.endpoint(
    "GET",
    "/me/addresses/{address_id}",
    access=AGENT,
    answer=schemas.Address,
    errors=(rules.AddressNotFound,),
)
def show_address(call: Call, address_id: str) -> schemas.Address:
    """One address."""
    return operations.address(call.principal.agent, address_id)


@app.endpoint(
    "PATCH",
    "/me/addresses/{address_id}",
    access=AGENT,
    body=schemas.EditAddress,
    answer=schemas.Address,
    errors=(rules.AddressNotFound, rules.CompanyNotActive, Stale),
)
def edit_address(call: Call, address_id: str) -> schemas.Address:
    """Change an address or make it the default."""
    return operations.edit_address(call.principal.agent, address_id, call.body)


@app.endpoint(
    "DELETE", "/me/addresses/{address_id}", access=AGENT, status=204, errors=(rules.AddressNotFound,)
)
def delete_address(call: Call, address_id: str) -> None:
    """Take an address out of the book."""
    operations.delete_address(call.principal.agent, address_id)


@app.endpoint("GET", "/me/users", access=EDITS_USERS, answer=Page[schemas.UserView])
def list_users(call: Call) -> Page[schemas.UserView]:
    """Everybody who signs in for the company."""
    return Page(items=operations.users(call.principal.agent))


@app.endpoint(
    "POST",
    "/me/users",
    access=EDITS_USERS,
    body=schemas.AddUser,
    answer=schemas.UserView,
    status=201,
    errors=(rules.TooManyUsers, rules.CompanyNotActive, AddressTaken),
)
def add_user(call: Call) -> schemas.UserView:
    """Let somebody else sign in for the company."""
    return operations.add_user(call.principal, call.body, call.new_id(), call.now)


@app.endpoint(
    "PATCH",
    "/me/users/{user_id}",
    access=EDITS_USERS,
    body=schemas.EditUser,
    answer=schemas.UserView,
    errors=(rules.UserNotFound, rules.UserLeft, rules.OwnRoleKept, rules.CompanyNotActive, Stale),
)
def edit_user(call: Call, user_id: str) -> schemas.UserView:
    """Change a user's name, role, monthly limit, or whether they may sign in."""
    return operations.edit_user(call.principal, user_id, call.body, call.now)


@app.endpoint("GET", "/referral", access=AGENT, answer=schemas.Referral)
def show_referral(call: Call) -> schemas.Referral:
    """The company's invite code and who came by it."""
    return operations.referral(call.principal.agent)


@app.endpoint("GET", "/referral/code-image", access=AGENT, answer=schemas.CodeImage, errors=(ProviderUnsure,))
def show_referral_image(call: Call) -> schemas.CodeImage:
    """A mini-program code that opens the registration with the invite code filled in."""
    bucket = os.environ["UPLOADS_BUCKET"]
    return operations.referral_image(call.principal.agent, wechat.mini_program, bucket)


@app.endpoint(
    "POST",
    "/uploads",
    access=AGENT,
    body=schemas.Upload,
    answer=schemas.UploadForm,
    status=201,
    errors=(rules.UploadRefused, NotFound),
)
def prepare_upload(call: Call) -> schemas.UploadForm:
    """A form to post a file with, straight into the store."""
    bucket = os.environ["UPLOADS_BUCKET"]
    return operations.upload_form(call.principal.agent, call.body, call.new_id(), bucket, call.now)
