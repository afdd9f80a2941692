"""The middleware that lets a caller in or not: by key and rate, before anything of the body is read."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from pdserving.errors import RateLimitedError, UnauthenticatedError
from pdserving.gateway.errors import answer_error
from pdserving.security.guard import API_KEY, AUTHORIZATION, Guard

_OPEN = frozenset({"/", "/healthz", "/readyz"})
_OPEN_FOLDER = "/page/"
"""The web page's files are the same for everybody; the page asks its user for a key when a request is refused."""

_CHALLENGE = 'Bearer realm="OCR service"'


class Access:
    """Lets in whom the guard admits.

    The name of a request's key is left in `request.state.key_name`; the key itself is left nowhere.

    Args:
        app: the application.
        guard: knows keys and rates.
    """

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] != "http" or _is_open(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            request.state.key_name = self._guard.admit(
                _credentials(scope), request.client.host if request.client else ""
            )
        except RateLimitedError as error:
            request.state.key_name = error.key_name
            answer = await answer_error(request, error)
            await answer(scope, receive, send)
        except UnauthenticatedError as error:
            answer = await answer_error(request, error)
            answer.headers["www-authenticate"] = _CHALLENGE
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_open(scope: Scope) -> bool:
    path: str = scope["path"]
    in_folder = path.startswith(_OPEN_FOLDER) and path.count("/") == _OPEN_FOLDER.count("/")
    return scope["method"] in ("GET", "HEAD") and (path in _OPEN or in_folder)


def _credentials(scope: Scope) -> Iterator[tuple[str, str]]:
    for name, value in scope["headers"]:
        header = name.decode("latin-1")
        if header in (AUTHORIZATION, API_KEY):
            yield header, value.decode("latin-1")
