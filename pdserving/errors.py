"""Every error a client can see: its stable code, Paddle Serving's error number and the HTTP status, mapped once."""

from dataclasses import dataclass
from typing import ClassVar

MAX_MESSAGE_LENGTH = 500  # characters of an error's message in an answer


class RequestError(Exception):
    """A request that cannot be served as it is. The message is for the client: what was wrong and what is accepted."""

    code: ClassVar[str] = "request"


class BodyInvalidError(RequestError):
    """The body or message does not have the protocol's form."""

    code = "body_invalid"


class BodyTooLargeError(RequestError):
    """The body is larger than `limits.max_message_bytes`."""

    code = "body_too_large"


class TooManyImagesError(RequestError):
    """More pictures and documents than `limits.max_images`."""

    code = "too_many_images"


class TooManyLinesError(RequestError):
    """A page has more lines than `limits.max_lines`."""

    code = "too_many_lines"


class JsonTooDeepError(RequestError):
    """Objects and lists within each other, more than `limits.max_json_depth`."""

    code = "json_too_deep"


class HeadersTooLargeError(RequestError):
    """A request's line and headers are larger than `limits.max_header_bytes`."""

    code = "headers_too_large"


class HeadersTooSlowError(RequestError):
    """A request's line and headers did not come within `limits.header_timeout_s`."""

    code = "headers_too_slow"


class BodyTooSlowError(RequestError):
    """A body stalled for `limits.stall_timeout_s`, or came slower than `limits.min_body_rate`."""

    code = "body_too_slow"


class WrongServiceError(RequestError):
    """The request names a service that is not this one."""

    code = "wrong_service"


class KeyMissingError(RequestError):
    """The request has no `image`."""

    code = "key_missing"


class KeyUnknownError(RequestError):
    """The request has a key that is neither `image` nor an option."""

    code = "key_unknown"


class OptionInvalidError(RequestError):
    """An option's value is of the wrong type or outside its range."""

    code = "option_invalid"


class Base64InvalidError(RequestError):
    """The image is not base64."""

    code = "base64_invalid"


class TensorRefusedError(RequestError):
    """A tensor of a kind that is not accepted, such as one that only pickle could read."""

    code = "tensor_refused"


class TimedOutError(RequestError):
    """No answer within the time that the request has, of which `limits.request_timeout_s` is the most."""

    code = "timeout"


class ClientGoneError(RequestError):
    """The client hung up or cancelled its call: nobody waits for the answer."""

    code = "client_gone"


class TryLaterError(RequestError):
    """A request that is refused now and would be accepted later.

    Attributes:
        retry_after_s: whole seconds until then.
    """

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class OverloadedError(TryLaterError):
    """As many requests as `limits.max_in_flight` allows are being answered."""

    code = "overloaded"


class WorkerUnavailableError(RequestError):
    """No worker answers."""

    code = "worker_unavailable"


class UnauthenticatedError(RequestError):
    """The request has no key that is accepted."""

    code = "unauthenticated"


class RateLimitedError(TryLaterError):
    """The caller has had `security.rate_limit` requests.

    Attributes:
        key_name: of the caller's key, None where no keys are set.
    """

    code = "rate_limited"

    def __init__(self, message: str, retry_after_s: int, key_name: str | None) -> None:
        super().__init__(message, retry_after_s)
        self.key_name = key_name


class PictureKillsWorkersError(RequestError):
    """Worker processes died of the picture: see `pdserving.supervision.strikes`."""

    code = "picture_kills_workers"


class ModuleFailedError(RequestError):
    """The `module.py` of a hub service raised, or returned what it may not."""

    code = "module_failed"


class NotAcceptableError(RequestError):
    """The client accepts no form of answer that there is."""

    code = "not_acceptable"


class ContentTypeError(RequestError):
    """A body of a media type that the route does not read."""

    code = "content_type"


class AnswerTooLargeError(RequestError):
    """The answer would be larger than `limits.max_message_bytes`."""

    code = "answer_too_large"


class AnsweredError(RequestError):
    """An error that the worker answered; `code` is that of the error that befell it there."""

    def __init__(self, err_no: int, message: str) -> None:
        super().__init__(message)
        self.code = code_of(err_no)  # type: ignore[misc]  # of this error, where others have it of their class


@dataclass(frozen=True)
class ErrorStatus:
    """How one error code looks in each protocol.

    Attributes:
        err_no: `err_no` of the pipeline protocol, in Paddle Serving's ranges: 3000 service, 5000 user input,
            6000 timeout, 8000 communication.
        http: HTTP status.
    """

    err_no: int
    http: int


FAULT = "internal"
"""The code of a fault of the service, whatever was raised."""

INTERNAL = ErrorStatus(3000, 500)

STATUS: dict[str, ErrorStatus] = {
    FAULT: INTERNAL,
    "module_failed": ErrorStatus(3003, 500),
    "wrong_service": ErrorStatus(3002, 404),
    "key_missing": ErrorStatus(5001, 400),
    "key_unknown": ErrorStatus(5002, 400),
    "option_invalid": ErrorStatus(5003, 400),
    "base64_invalid": ErrorStatus(5004, 400),
    "image_empty": ErrorStatus(5005, 400),
    "image_format": ErrorStatus(5006, 415),
    "image_broken": ErrorStatus(5007, 422),
    "image_too_large": ErrorStatus(5008, 413),
    "tensor_refused": ErrorStatus(5009, 400),
    "body_invalid": ErrorStatus(5010, 400),
    "body_too_large": ErrorStatus(5011, 413),
    "not_acceptable": ErrorStatus(5012, 406),
    "content_type": ErrorStatus(5013, 415),
    "answer_too_large": ErrorStatus(5014, 413),
    "too_many_images": ErrorStatus(5015, 400),
    "too_many_lines": ErrorStatus(5016, 413),
    "json_too_deep": ErrorStatus(5017, 400),
    "headers_too_large": ErrorStatus(5018, 431),
    "pdf_broken": ErrorStatus(5020, 422),
    "pdf_encrypted": ErrorStatus(5021, 422),
    "pdf_empty": ErrorStatus(5022, 422),
    "pdf_pages_invalid": ErrorStatus(5023, 400),
    "pdf_too_many_pages": ErrorStatus(5024, 413),
    "pdf_too_complex": ErrorStatus(5025, 413),
    "unauthenticated": ErrorStatus(5030, 401),
    "rate_limited": ErrorStatus(5031, 429),
    "picture_kills_workers": ErrorStatus(5032, 422),
    "timeout": ErrorStatus(6000, 504),
    "client_gone": ErrorStatus(6001, 499),  # nginx's number for it; nobody reads it but the log and the metrics
    "headers_too_slow": ErrorStatus(6002, 408),
    "body_too_slow": ErrorStatus(6003, 408),
    "worker_unavailable": ErrorStatus(8000, 503),
    "overloaded": ErrorStatus(8001, 503),
    "pdf_reader_lost": ErrorStatus(8002, 503),
}

_CODES = {status.err_no: code for code, status in STATUS.items()}


def status_of(error: BaseException) -> ErrorStatus | None:
    """The status of an error that a client may read, None for one that is a fault of the service."""
    return STATUS.get(getattr(error, "code", ""))


def error_code(error: BaseException) -> str:
    """The code of an error, `internal` for one that is a fault of the service."""
    code: str = getattr(error, "code", FAULT)
    return code if code in STATUS else FAULT


def code_of(err_no: int) -> str:
    """The code of a worker's `err_no` other than 0; `internal` for a number that is not ours."""
    return _CODES.get(err_no, FAULT)


def http_status(err_no: int) -> int:
    """The HTTP status for a worker's `err_no`: 200 for 0, 500 for a number that is not ours."""
    return 200 if err_no == 0 else STATUS[code_of(err_no)].http
