"""Errors that befall a request outside its route, in the form of the protocol that its path belongs to."""

from fastapi import Request
from fastapi.responses import JSONResponse

from pdserving.errors import TryLaterError, error_code, status_of
from pdserving.gateway.hub_routes import HUB, hub_failure
from pdserving.gateway.pipeline_routes import pipeline_error, pipeline_fault
from pdserving.gateway.rest.errors import error_answer

PREDICTION = "/prediction"


async def answer_error(request: Request, error: Exception) -> JSONResponse:
    """The answer for an error; one that is a fault of the service says nothing but its type."""
    request.state.error_code = error_code(error)
    answer = _in_form(request, error)
    if isinstance(error, TryLaterError):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _in_form(request: Request, error: Exception) -> JSONResponse:
    status, path = status_of(error), request.url.path
    if path.endswith(PREDICTION):
        return pipeline_fault(error) if status is None else pipeline_error(status.err_no, str(error))
    if path.startswith(f"{HUB}/") and status is not None:
        return hub_failure(str(error), status.http)
    return error_answer(request, error)
