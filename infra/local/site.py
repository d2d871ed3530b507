"""What stands at which address: the clients, the API, its documentation, and the page for developers."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.security import safe_join
from werkzeug.utils import send_file

from infra import description
from infra.description import ROOT
from infra.local.dev import Dev
from infra.local.gateway import Gateway
from kit import aws, files

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHOP = ROOT / "clients" / "miniprogram" / "dist" / "build" / "h5"
CONSOLE = ROOT / "clients" / "admin" / "dist"
_SWAGGER = ROOT / "node_modules" / "swagger-ui-dist"
_PAGES = Path(__file__).parent / "pages"
_UPLOADS = "https://${UploadsBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"
_SHORT = "public, max-age=300"
_LONG = "public, max-age=31536000, immutable"


class Site:
    """The one address people know, as a WSGI application."""

    def __init__(self, gateway: Gateway, dev: Dev) -> None:
        self._gateway = gateway
        self._dev = dev

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        try:
            application = self._application(request)
        except HTTPException as refusal:
            application = refusal
        return application(environ, start_response)

    def _application(self, request: Request) -> "WSGIApplication":
        path = request.path
        if path == "/_local/ready":
            return Response(status=204)
        if path.startswith("/public/"):
            return _picture(path.lstrip("/"))
        if path == "/dev" or path.startswith("/dev/"):
            return self._dev.answer(request)
        if path == "/docs" or path.startswith("/docs/"):
            return _documentation(request, path.removeprefix("/docs").lstrip("/"))
        if path == "/admin-console" or path.startswith("/admin-console/"):
            return _client(request, CONSOLE, path.removeprefix("/admin-console").lstrip("/"), "console.html")
        if request.method in ("GET", "HEAD") and not self._gateway.knows(request.environ):
            return _client(request, SHOP, path.lstrip("/"), "shop.html") if _is_page(path) else self._gateway
        return self._gateway


def _is_page(path: str) -> bool:
    file = _inside(SHOP, path.lstrip("/"))
    return path == "/" or (file is not None and file.is_file())


def _picture(key: str) -> Response:
    """A public object of the uploads bucket, used already or just uploaded, which a CDN serves on AWS.

    Raises NotFound.
    """
    s3 = aws.client("s3")
    for place in (key, files.INCOMING + key):
        with suppress(s3.exceptions.NoSuchKey):
            found = s3.get_object(Bucket=os.environ["UPLOADS_BUCKET"], Key=place)
            content, kind = found["Body"].read(), found["ContentType"]
            return Response(content, content_type=kind, headers={"Cache-Control": _SHORT})
    raise NotFound


def _client(request: Request, folder: Path, name: str, unbuilt: str) -> Response:
    """A file of a built client; its start page for addresses only the client knows; or how to build it."""
    start = folder / "index.html"
    if not start.exists():
        return send_file(_PAGES / unbuilt, request.environ, "text/html", max_age=0)
    file = _inside(folder, name)
    if file and file.is_file():
        response = send_file(file, request.environ)
    else:
        response = send_file(start, request.environ, max_age=0)
    if "/assets/" in f"/{name}":  # their names change with their content
        response.headers["Cache-Control"] = _LONG
    response.headers.update(page_headers())
    return response


def page_headers() -> Mapping[str, str]:
    """What infra/front.yml has a CDN say with every page, except that here nothing is encrypted."""
    policy = description.read("infra/front.yml")["Resources"]["PageHeaders"]["Properties"]
    said = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    allowed = said["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    return {
        "Content-Security-Policy": allowed.replace(_UPLOADS, os.environ["AWS_ENDPOINT_URL"]),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": said["FrameOptions"]["FrameOption"],
        "Referrer-Policy": said["ReferrerPolicy"]["ReferrerPolicy"],
    }


def _documentation(request: Request, name: str) -> Response:
    asset = _inside(_SWAGGER, name) if name else None
    if asset and asset.is_file():
        return send_file(asset, request.environ)
    page = "docs.html" if _SWAGGER.exists() else "docs-missing.html"
    return send_file(_PAGES / page, request.environ, "text/html", max_age=0)


def _inside(folder: Path, name: str) -> Path | None:
    joined = safe_join(str(folder), name)
    return Path(joined) if joined else None
