"""The web page at `/`: fixed files, none of another host."""

import mimetypes
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers

_INDEX = "index.html"
FOLDER = Path(__file__).parent / "static"
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-cache",  # browsers keep them, but ask each time: the files change together
}

mimetypes.add_type("text/javascript", ".js")  # RFC 9239; Python 3.11 has another, older one


class _Files(StaticFiles):
    """Starlette's static files, with the `*` of RFC 9110, 13.1.2, which it does not know."""

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:
        known = request_headers.get("if-none-match", "").strip()
        return known == "*" or super().is_not_modified(response_headers, request_headers)


def web_router() -> APIRouter:
    """The routes `/` and `/page/{file}`, for GET and HEAD; they serve the files in `static/` and no others."""
    router = APIRouter(include_in_schema=False)
    files = _Files(directory=FOLDER)

    async def answer(file: str, request: Request) -> Response:
        found = await files.get_response(file, request.scope)
        found.headers.update(_HEADERS)
        return found

    @router.api_route("/", methods=["GET", "HEAD"])
    async def index(request: Request) -> Response:
        return await answer(_INDEX, request)

    # One route for all files, so that another file is not another label in the metrics.
    @router.api_route("/page/{file}", methods=["GET", "HEAD"])
    async def other_file(request: Request, file: str) -> Response:
        if file == _INDEX:
            raise HTTPException(404)
        return await answer(file, request)

    return router
