"""The web page at `/`: fixed files, nothing of another host."""

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
    "Cache-Control": "no-cache",  # kept, but asked for again: the files change together and name each other
}

mimetypes.add_type("text/javascript", ".js")  # RFC 9239; Python 3.11 has another, older one


class _Files(StaticFiles):
    """Starlette's, which does not know the `*` of RFC 9110, 13.1.2."""

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:
        known = request_headers.get("if-none-match", "").strip()
        return known == "*" or super().is_not_modified(response_headers, request_headers)


def web_router() -> APIRouter:
    """The routes `/` and `/page/{file}`, for GET and HEAD, of the files in `static/` and no others."""
    router = APIRouter(include_in_schema=False)
    files = _Files(directory=FOLDER)

    async def answer(file: str, request: Request) -> Response:
        found = await files.get_response(file, request.scope)
        found.headers.update(_HEADERS)
        return found

    @router.api_route("/", methods=["GET", "HEAD"])
    async def page(request: Request) -> Response:
        return await answer(_INDEX, request)

    # One route for all, so that a file more is no label more in the metrics.
    @router.api_route("/page/{file}", methods=["GET", "HEAD"])
    async def part(request: Request, file: str) -> Response:
        if file == _INDEX:
            raise HTTPException(404)
        return await answer(file, request)

    return router
