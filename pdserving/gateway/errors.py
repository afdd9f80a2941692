"""Errors in the forms of the three protocols, and which form a request gets.

REST: `{"error": {"code", "message", "request_id"}}`. Pipeline: the fields of a `Response`. Hub: `{"msg", "results",
"status"}`.
"""

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from pdserving.errors import MAX_MESSAGE_LENGTH, ClientError, TryLaterError, client_error

PREDICTION = "/prediction"
"""The end of the pipeline's paths."""

HUB = "/predict"
"""The beginning of hub's paths."""


async def answer_error(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error outside the request's route, in the form of the protocol that its path belongs to."""
    shown, path = client_error(error), request.url.path
    if path.endswith(PREDICTION):
        answer = pipeline_error(request, shown)
    elif path.startswith(f"{HUB}/"):
        answer = hub_error(request, shown)
    else:
        answer = rest_error(request, shown)
    if isinstance(error, TryLaterError):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def rest_error(request: Request, error: ClientError, place: str = "", status: int | None = None) -> JSONResponse:
    """An error in the form of REST.

    Args:
        request: the request that it befell; the log line of that has the error's code.
        error: what the client may see.
        place: the part of the request that failed, the beginning of the message.
        status: in the place of the error's own.
    """
    detail = {
        "code": error.code,
        "message": _message(error, place),
        "request_id": request.state.request_id,
    }
    return _answer(request, error, {"error": detail}, status)


def pipeline_error(request: Request, error: ClientError, status: int | None = None) -> JSONResponse:
    """An error in the form of the pipeline protocol; the arguments are those of `rest_error`."""
    return _answer(request, error, pipeline_content(error.number, _message(error)), status)


def hub_error(request: Request, error: ClientError, place: str = "", status: int | None = None) -> JSONResponse:
    """An error in the form of hub; the arguments are those of `rest_error`."""
    return _answer(request, error, hub_content(_message(error, place)), status)


def pipeline_content(
    err_no: int, err_msg: str, key: list[str] | None = None, value: list[str] | None = None
) -> dict[str, Any]:
    """All fields of a pipeline `Response`, as Paddle Serving's gateway writes them."""
    return {"err_no": err_no, "err_msg": err_msg, "key": key or [], "value": value or [], "tensors": []}


def hub_content(message: str) -> dict[str, Any]:
    """The fields of a failure as hub writes them."""
    return {"msg": message, "results": [], "status": "-1"}


def _message(error: ClientError, place: str = "") -> str:
    return f"{place}{error}"[:MAX_MESSAGE_LENGTH]


def _answer(request: Request, error: ClientError, content: dict[str, Any], status: int | None) -> JSONResponse:
    request.state.error_code = error.code
    return JSONResponse(content, error.http_status if status is None else status)
