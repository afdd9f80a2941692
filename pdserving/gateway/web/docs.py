"""`/openapi.json`, and `/docs`: the same as a page, by Swagger UI. Its files come from here and from no other host."""

import base64
import hashlib
import re
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

_DOCUMENT = "/openapi.json"
_ASSETS = "/docs/assets"
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def add_docs(app: FastAPI) -> None:
    """Serve the document, the page and its files, by routes that metrics and log know by name."""
    assets = StaticFiles(directory=str(files("fastapi_offline") / "static"))
    page = get_swagger_ui_html(
        openapi_url=_DOCUMENT,
        title=app.title,
        swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{_ASSETS}/favicon.png",
        swagger_ui_parameters={"validatorUrl": None},  # it would send the document to Swagger's host
    )
    page.headers["Content-Security-Policy"] = _policy(bytes(page.body))
    page.headers["Cache-Control"] = "no-cache"

    @app.api_route(_DOCUMENT, methods=["GET", "HEAD"], include_in_schema=False)
    async def document() -> JSONResponse:
        return JSONResponse(app.openapi())

    @app.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    async def docs() -> HTMLResponse:
        return page

    @app.api_route(f"{_ASSETS}/{{file}}", methods=["GET", "HEAD"], include_in_schema=False)
    async def asset(request: Request, file: str) -> Response:
        return await assets.get_response(file, request.scope)


def _policy(page: bytes) -> str:
    """The page's content security policy: of scripts in the page itself, only those that it has now."""
    scripts = " ".join(map(_source, _INLINE_SCRIPT.findall(page)))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",  # Swagger UI writes style attributes
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _source(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
