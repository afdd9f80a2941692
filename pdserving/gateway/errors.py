"""Errors in the forms of the three protocols, and which form a request gets.

REST: `{"error": {"code", "message", "request_id"}}`. Pipeline: the fields of a `Response`. Hub: `{"msg", "results",
"status"}`.
"""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from pdserving.errors import MAX_MESSAGE_LENGTH, ClientError, TryLaterError, WrongServiceError, client_error

HUB = "/predict"
"""The beginning of hub's paths."""

_PREDICTION = "/prediction"
"""The end of the pipeline's paths."""


async def answer_error(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error outside the request's route, in the form of the protocol that its path belongs to."""
    answer = _in_form_of_path(request, client_error(error))
    if isinstance(error, TryLaterError):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


async def answer_http_error(request: Request, error: Exception) -> JSONResponse:
    """The answer for a path or method that there is not, in the form of the protocol that the path looks like."""
    if not isinstance(error, HTTPException):
        raise error
    hint = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND:
        hint = "there is no such path; /docs and /openapi.json list those that there are"
    elif error.headers and "Allow" in error.headers:
        hint = f"accepted: {error.headers['Allow']}"
    wrong = WrongServiceError(f"{request.method} {request.url.path}: {hint}")
    answer = _in_form_of_path(request, wrong, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def rest_error(request: Request, error: ClientError, place: str = "", status: int | None = None) -> JSONResponse:
    """An error in the form of REST.

    Args:
        request: the request that failed; its line in the log gets the error's code.
        error: what the client may see.
        place: the part of the request that failed, as the beginning of the message.
        status: an HTTP status in the place of the error's own.
    """
    content = rest_content(error.code, _message(error, place), request.state.request_id)
    return _answer(request, error, content, status)


def pipeline_error(request: Request, error: ClientError, status: int | None = None) -> JSONResponse:
    """An error in the form of the pipeline protocol; the arguments are those of `rest_error`."""
    return _answer(request, error, pipeline_content(error.number, _message(error)), status)


def hub_error(request: Request, error: ClientError, place: str = "", status: int | None = None) -> JSONResponse:
    """An error in the form of hub; the arguments are those of `rest_error`."""
    return _answer(request, error, hub_content(_message(error, place)), status)


def rest_content(code: str, message: str, request_id: str) -> dict[str, Any]:
    """The fields of a failure in the form of REST."""
    return {"error": {"code": code, "message": message, "request_id": request_id}}


def pipeline_content(
    err_no: int, err_msg: str, key: list[str] | None = None, value: list[str] | None = None
) -> dict[str, Any]:
    """All fields of a pipeline `Response`, as Paddle Serving's gateway writes them."""
    return {"err_no": err_no, "err_msg": err_msg, "key": key or [], "value": value or [], "tensors": []}


def hub_content(message: str) -> dict[str, Any]:
    """The fields of a failure, as hub writes them."""
    return {"msg": message, "results": [], "status": "-1"}


def _in_form_of_path(request: Request, error: ClientError, status: int | None = None) -> JSONResponse:
    path = request.url.path
    if path.endswith(_PREDICTION):
        return pipeline_error(request, error, status)
    if path.startswith(f"{HUB}/"):
        return hub_error(request, error, status=status)
    return rest_error(request, error, status=status)


def _message(error: ClientError, place: str = "") -> str:
    return f"{place}{error}"[:MAX_MESSAGE_LENGTH]


def _answer(request: Request, error: ClientError, content: dict[str, Any], status: int | None) -> JSONResponse:
    request.state.error_code = error.code
    return JSONResponse(content, error.http_status if status is None else status)
