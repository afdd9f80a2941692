"""The OpenAPI description and Swagger UI's files over HTTP."""

import pytest

from tests.support.in_process import Gateway
from tests.support.rest import ask_rest


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/docs", "text/html"),
        ("/openapi.json", "application/json"),
        ("/docs/assets/swagger-ui-bundle.js", "javascript"),
        ("/docs/assets/swagger-ui.css", "text/css"),
        ("/docs/assets/favicon.png", "image/png"),
    ],
)
def test_head_says_what_get_sends(gateway: Gateway, path: str, media_type: str) -> None:
    got, head = ask_rest(gateway, path, "GET"), ask_rest(gateway, path, "HEAD")
    assert (got.status, head.status, head.body) == (200, 200, b"")
    assert got.body
    assert media_type in got.headers["content-type"]
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]
