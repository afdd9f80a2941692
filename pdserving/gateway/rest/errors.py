"""Errors in the form of REST: `{"error": {"code", "message", "request_id"}}`."""

from fastapi import Request
from fastapi.responses import JSONResponse

from pdserving.errors import FAULT, INTERNAL, MAX_MESSAGE_LENGTH, error_code, status_of


def error_answer(request: Request, error: Exception, place: str = "") -> JSONResponse:
    """The answer for an error; one that is a fault of the service says nothing but its type."""
    status = status_of(error)
    if status is None:
        return error_json(request, FAULT, f"{place}internal error: {type(error).__name__}", INTERNAL.http)
    return error_json(request, error_code(error), f"{place}{error}", status.http)


def error_json(request: Request, code: str, message: str, status: int) -> JSONResponse:
    """An error's answer by its parts."""
    request.state.error_code = code
    detail = {"code": code, "message": message[:MAX_MESSAGE_LENGTH], "request_id": request.state.request_id}
    return JSONResponse({"error": detail}, status)
