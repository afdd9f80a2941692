"""The web page's files over HTTP: types, caching and what they forbid the browser."""

import pytest

from tests.support.in_process import Gateway
from tests.support.talking import ask


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/page/page.css", "text/css; charset=utf-8"),
        ("/page/page.js", "text/javascript; charset=utf-8"),
        ("/page/icon.svg", "image/svg+xml"),
    ],
)
def test_a_file_has_its_type_and_the_security_headers(gateway: Gateway, path: str, media_type: str) -> None:
    reply = ask(gateway, path)
    assert reply.status == 200
    assert reply.headers["content-type"] == media_type
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"


def test_a_file_that_has_not_changed_is_not_sent_again(gateway: Gateway) -> None:
    first = ask(gateway, "/page/page.js")
    assert first.headers["cache-control"] == "no-cache"
    etag = first.headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = ask(gateway, "/page/page.js", headers={"If-None-Match": known})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag
    assert ask(gateway, "/page/page.js", headers={"If-None-Match": '"other"'}).body == first.body


def test_head_has_the_headers_alone(gateway: Gateway) -> None:
    reply = ask(gateway, "/", "HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) == len(ask(gateway, "/").body)


@pytest.mark.parametrize(
    "path", ["/page/", "/page/none.js", "/page/../routes.py", "/page/%2e%2e/routes.py", "/page/index.html"]
)
def test_nothing_else_is_served(gateway: Gateway, path: str) -> None:
    assert ask(gateway, path).status == 404
