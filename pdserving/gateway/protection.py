"""What stands in front of the application: keys and rates, pages of other origins, headers for browsers."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from pdserving.config.schema import SecuritySection
from pdserving.gateway.access import Access
from pdserving.gateway.request_id import HEADER
from pdserving.gateway.security_headers import SecurityHeaders
from pdserving.security.guard import API_KEY, AUTHORIZATION, Guard

REQUEST_ID = HEADER.decode()
PREFLIGHT_S = 600  # that a browser remembers what a preflight allowed


def add_access(app: FastAPI, security: SecuritySection) -> None:
    """Let in only who may ask; to be added before what watches requests, which is to see those that are refused."""
    app.add_middleware(Access, guard=Guard(security))
    if security.cors_origins:
        # Outside the access: a preflight has no key, and a page may read why it was refused. No cookies, no credentials
        # of the browser's: a page has to know a key.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=security.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=(AUTHORIZATION, API_KEY, "Content-Type", REQUEST_ID),
            expose_headers=(REQUEST_ID, "Retry-After"),
            max_age=PREFLIGHT_S,
        )


def add_headers(app: FastAPI) -> None:
    """Give each answer its headers; to be added last, so that there is none without."""
    app.add_middleware(SecurityHeaders)
