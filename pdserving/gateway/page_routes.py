"""The web page at `/`: fixed files, read once, nothing of another host."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request, Response

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
    """Routes for `/` and `/page/<file>`, for GET and HEAD, of the files in `page/` and no others."""
    router = APIRouter(include_in_schema=False)
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in MEDIA_TYPES:
            _add_file(router, "/" if path.name == "index.html" else f"/page/{path.name}", path)
    return router


def _add_file(router: APIRouter, route: str, path: Path) -> None:
    content = path.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": etag}
    media_type = MEDIA_TYPES[path.suffix]

    async def send(request: Request) -> Response:
        known = request.headers.get("if-none-match", "")
        if known == "*" or etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=media_type)

    router.add_api_route(route, send, methods=["GET", "HEAD"], name=f"page {path.name}")
