"""The catalogue for staff: products, categories, brands, tags, shelves, reviews, feedback."""

import os

from functions.agents.schemas import UploadForm
from functions.catalog.operations import arranging, editing, grouping, hearing, reviewing, sheets
from functions.catalog.rules import groups as group_rules
from functions.catalog.rules import products as rules
from functions.catalog.rules.feedback import FeedbackClosed, FeedbackNotFound
from functions.catalog.rules.groups import Kind
from functions.catalog.rules.pictures import KEEPERS
from functions.catalog.rules.reviews import ReviewNotFound
from functions.catalog.rules.sheets import SheetTooLong, SheetUnreadable
from functions.catalog.schemas import feedback, reviews, staff
from functions.catalog.schemas import sheets as files
from kit import ids, pictures
from kit.api import STAFF, Call, Door, permission
from kit.errors import Stale
from kit.pages import Page
from kit.pictures import PictureRefused

door = Door("catalog")
READ, WRITE, SERVICE = permission("catalog.read"), permission("catalog.write"), permission("service")
_DESCRIPTION_BYTES, _SHEET_BYTES = 262_144, 2_097_152
_SAVING = (PictureRefused, rules.CodeTaken, group_rules.GroupNotFound, rules.TooManyChanges)
_REMOVING = (group_rules.GroupNotFound, group_rules.GroupInUse)
_PLACING = (
    PictureRefused,
    group_rules.GroupNotFound,
    group_rules.NameTaken,
    group_rules.TooDeep,
    group_rules.NotBelowItself,
    group_rules.TooManyGroups,
)


@door.endpoint("POST", "/uploads", access=STAFF, body=staff.NewPicture, answer=UploadForm, status=201)
def prepare_picture(call: Call) -> UploadForm:
    """A form to post a picture with, straight into the store; its key can then be used for goods or gifts."""
    wanted = call.body
    call.require(KEEPERS[wanted.subject])
    form = pictures.upload_form(wanted.subject, ids.short_id(), wanted.content_type, wanted.size, call.now)
    return UploadForm.model_validate(form, from_attributes=True)


@door.endpoint("GET", "/products", access=READ, query=staff.StaffQuery, answer=Page[staff.StaffCard])
def list_products(call: Call) -> Page[staff.StaffCard]:
    """Products of a state, changed last first; with words or filters, the best match first."""
    return arranging.list_products(call.query, call.now)


@door.endpoint("GET", "/goods", access=READ, query=staff.GoodsQuery, answer=staff.NamedGoods)
def name_goods(call: Call) -> staff.NamedGoods:
    """What products and SKUs are called, for terms and lists that refer to them."""
    return arranging.named(call.query.ids.split(","))


@door.endpoint(
    "POST",
    "/products",
    access=WRITE,
    body=staff.NewProduct,
    answer=staff.StaffProduct,
    status=201,
    errors=_SAVING,
    most_bytes=_DESCRIPTION_BYTES,
)
def create_product(call: Call) -> staff.StaffProduct:
    """Make a product as a draft and begin to keep stock for its SKUs."""
    return editing.create(call.body, ids.short_id, call.principal.user_id, call.now)


@door.endpoint(
    "POST",
    "/products/import",
    access=WRITE,
    body=files.ImportProducts,
    answer=files.ImportReport,
    errors=(SheetUnreadable, SheetTooLong),
    most_bytes=_SHEET_BYTES,
)
def import_products(call: Call) -> files.ImportReport:
    """Make and change products as a CSV file says; a dry run only tells what would happen."""
    return sheets.import_products(call.body, ids.short_id, call.principal.user_id, call.now)


@door.endpoint(
    "POST",
    "/products/export",
    access=READ,
    body=files.ExportProducts,
    answer=files.ExportedFile,
    status=201,
)
def export_products(call: Call) -> files.ExportedFile:
    """A CSV file of products, which an import takes back."""
    return sheets.export_products(call.body.state, call.new_id())


@door.endpoint(
    "GET", "/products/{product_id}", access=READ, answer=staff.StaffProduct, errors=(rules.ProductNotFound,)
)
def show_product(call: Call, product_id: str) -> staff.StaffProduct:
    """A product with its SKUs and their stock."""
    return editing.show(product_id)


@door.endpoint(
    "PATCH",
    "/products/{product_id}",
    access=WRITE,
    body=staff.EditProduct,
    answer=staff.StaffProduct,
    errors=(
        *_SAVING,
        rules.ProductNotFound,
        rules.SkuNotFound,
        rules.SkuMissing,
        rules.CodeFixed,
        rules.StateForbids,
        rules.NothingToSell,
        Stale,
    ),
    most_bytes=_DESCRIPTION_BYTES,
)
def edit_product(call: Call, product_id: str) -> staff.StaffProduct:
    """Change a product; buyers with an older offer in hand are asked to confirm again."""
    return editing.edit(product_id, call.body, ids.short_id, call.principal.user_id, call.now)


def _declare_step(path: str, wanted: rules.State, name: str, summary: str) -> None:
    def step(call: Call, product_id: str) -> staff.StaffProduct:
        user_id = call.principal.user_id
        return editing.change_state(product_id, call.body.version, wanted, user_id, call.now)

    step.__name__, step.__doc__ = name, summary
    door.endpoint(
        "POST",
        f"/products/{{product_id}}/{path}",
        access=WRITE,
        body=staff.ChangeState,
        answer=staff.StaffProduct,
        errors=(rules.ProductNotFound, rules.StateForbids, rules.NothingToSell, Stale),
    )(step)


_declare_step("publication", "on_sale", "publish_product", "Let agents buy a product.")
_declare_step("withdrawal", "off_sale", "withdraw_product", "Take a product off sale.")
_declare_step("archive", "archived", "archive_product", "Put a product away for good; orders keep it.")


def _declare_groups(kind: Kind, path: str, new: type[staff.NewGroup], changed: type[staff.EditGroup]) -> None:
    def list_all(call: Call) -> staff.Groups:
        return grouping.list_all(kind)

    def create(call: Call) -> staff.GroupView:
        return grouping.create(kind, call.body, ids.short_id())

    def edit(call: Call, group_id: str) -> staff.GroupView:
        return grouping.edit(kind, group_id, call.body)

    def remove(call: Call, group_id: str) -> None:
        grouping.remove(kind, group_id)

    for view, name, summary in (
        (list_all, f"list_{path}", f"All {path}, by position, with the number of their products."),
        (create, f"create_{kind}", f"Make a {kind}."),
        (edit, f"edit_{kind}", f"Change a {kind}."),
        (remove, f"remove_{kind}", f"Remove a {kind} that nothing belongs to."),
    ):
        view.__name__, view.__doc__ = name, summary

    one, view_model = f"/{path}/{{group_id}}", staff.GroupView
    door.endpoint("GET", f"/{path}", access=READ, answer=staff.Groups)(list_all)
    door.endpoint("POST", f"/{path}", access=WRITE, body=new, answer=view_model, status=201, errors=_PLACING)(
        create
    )
    door.endpoint("PATCH", one, access=WRITE, body=changed, answer=view_model, errors=(*_PLACING, Stale))(
        edit
    )
    door.endpoint("DELETE", one, access=WRITE, status=204, errors=_REMOVING)(remove)


_declare_groups("category", "categories", staff.NewCategory, staff.EditCategory)
_declare_groups("brand", "brands", staff.NewGroup, staff.EditGroup)
_declare_groups("tag", "tags", staff.NewGroup, staff.EditGroup)


@door.endpoint("GET", "/shelves", access=READ, answer=staff.ShelfPlans)
def list_shelves(call: Call) -> staff.ShelfPlans:
    """How the shelves of the home page are filled."""
    return arranging.shelves()


@door.endpoint(
    "PUT",
    "/shelves/{shelf}",
    access=WRITE,
    body=staff.ArrangeShelf,
    answer=staff.ShelfPlanView,
    errors=(rules.ShelfNotFound, rules.ProductNotFound, Stale),
)
def arrange_shelf(call: Call, shelf: str) -> staff.ShelfPlanView:
    """Pin products to a shelf and set its length."""
    return arranging.arrange(shelf, call.body)


@door.endpoint(
    "GET", "/searches/without-results", access=READ, query=staff.WordsQuery, answer=staff.WordsList
)
def list_words_without_results(call: Call) -> staff.WordsList:
    """What agents looked for in a month and did not find."""
    return arranging.words_without_results(call.query.month)


@door.endpoint("GET", "/reviews", access=READ, query=reviews.ReviewsQuery, answer=Page[reviews.StaffReview])
def list_all_reviews(call: Call) -> Page[reviews.StaffReview]:
    """Visible or hidden reviews, newest first."""
    return reviewing.list_for_staff(call.query, os.environ["UPLOADS_BUCKET"])


@door.endpoint(
    "PUT",
    "/reviews/{review_id}/state",
    access=WRITE,
    body=reviews.JudgeReview,
    answer=reviews.StaffReview,
    errors=(ReviewNotFound, Stale),
)
def judge_review(call: Call, review_id: str) -> reviews.StaffReview:
    """Show a review or hide it; hidden ones do not count among a product's stars."""
    wanted = call.body
    return reviewing.judge(review_id, wanted.version, wanted.state, os.environ["UPLOADS_BUCKET"])


@door.endpoint(
    "PUT",
    "/reviews/{review_id}/reply",
    access=WRITE,
    body=reviews.ReplyToReview,
    answer=reviews.StaffReview,
    errors=(ReviewNotFound, Stale),
)
def reply_to_review(call: Call, review_id: str) -> reviews.StaffReview:
    """Write the merchant's answer under a review, or another one in its place."""
    answer = call.body
    return reviewing.reply(review_id, answer.version, answer.text, os.environ["UPLOADS_BUCKET"], call.now)


@door.endpoint(
    "GET", "/feedback", access=SERVICE, query=feedback.FeedbackQuery, answer=Page[feedback.StaffFeedback]
)
def list_all_feedback(call: Call) -> Page[feedback.StaffFeedback]:
    """Feedback in a state, of a product or of a company; what is open longest first."""
    return hearing.list_for_staff(call.query, call.principal, os.environ["UPLOADS_BUCKET"], call.now)


@door.endpoint(
    "GET",
    "/feedback/{feedback_id}",
    access=SERVICE,
    answer=feedback.StaffFeedback,
    errors=(FeedbackNotFound,),
)
def show_feedback(call: Call, feedback_id: str) -> feedback.StaffFeedback:
    """One piece of feedback."""
    return hearing.show_for_staff(feedback_id, call.principal, os.environ["UPLOADS_BUCKET"], call.now)


@door.endpoint(
    "PUT",
    "/feedback/{feedback_id}/answer",
    access=SERVICE,
    body=feedback.AnswerFeedback,
    answer=feedback.StaffFeedback,
    errors=(FeedbackNotFound, FeedbackClosed, Stale),
)
def answer_feedback(call: Call, feedback_id: str) -> feedback.StaffFeedback:
    """Answer a company, or change the answer; the company is told."""
    given, bucket = call.body, os.environ["UPLOADS_BUCKET"]
    return hearing.answer(feedback_id, given.version, given.text, call.principal, bucket, call.now)


@door.endpoint(
    "POST",
    "/feedback/{feedback_id}/closure",
    access=SERVICE,
    body=feedback.CloseFeedback,
    answer=feedback.StaffFeedback,
    errors=(FeedbackNotFound, FeedbackClosed, Stale),
)
def close_feedback(call: Call, feedback_id: str) -> feedback.StaffFeedback:
    """Nothing more is to be said."""
    bucket = os.environ["UPLOADS_BUCKET"]
    return hearing.close(feedback_id, call.body.version, call.principal, bucket, call.now)
