"""The web page at `/`: fixed files, read once, nothing of another host."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

INDEX = "index.html"
FOLDER = Path(__file__).parent / "page"
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-cache",  # kept, but asked for again: the files change together and name each other
}


def page_router() -> APIRouter:
    """Routes for `/` and `/page/{file}`, for GET and HEAD, of the files in `page/` and no others."""
    router = APIRouter(include_in_schema=False)
    files = {path.name: _PageFile(path) for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES}
    index = files.pop(INDEX)

    @router.api_route("/", methods=["GET", "HEAD"])
    async def page(request: Request) -> Response:
        return index.answer(request)

    # One route for all, so that a file more is no label more in the metrics.
    @router.api_route("/page/{file}", methods=["GET", "HEAD"])
    async def part(request: Request, file: str) -> Response:
        if file not in files:
            raise HTTPException(404)
        return files[file].answer(request)

    return router


class _PageFile:
    """A file in memory."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        self._media_type = MEDIA_TYPES[path.suffix]
        self._etag = f'"{hashlib.sha256(self._content).hexdigest()[:32]}"'
        self._headers = {**HEADERS, "ETag": self._etag}

    def answer(self, request: Request) -> Response:
        """The file, or that it has not changed."""
        known = request.headers.get("if-none-match", "")
        if known == "*" or self._etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return Response(status_code=304, headers=self._headers)
        return Response(self._content, headers=self._headers, media_type=self._media_type)
