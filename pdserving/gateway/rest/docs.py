"""`/openapi.json`, and `/docs`: the same as a page, by Swagger UI. Its files come from here and from no other host."""

from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

DOCUMENT = "/openapi.json"
ASSETS = "/docs/assets"


def add_docs(app: FastAPI) -> None:
    """Serve the document, the page and its files, by routes that metrics and log know by name."""
    assets = StaticFiles(directory=str(files("fastapi_offline") / "static"))
    page = get_swagger_ui_html(
        openapi_url=DOCUMENT,
        title=app.title,
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
    )

    @app.api_route(DOCUMENT, methods=["GET", "HEAD"], include_in_schema=False)
    async def document() -> JSONResponse:
        return JSONResponse(app.openapi())

    @app.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
    async def docs() -> HTMLResponse:
        return page

    @app.api_route(f"{ASSETS}/{{file}}", methods=["GET", "HEAD"], include_in_schema=False)
    async def asset(request: Request, file: str) -> Response:
        return await assets.get_response(file, request.scope)
