"""Every error that a client can see. Each class carries its code, its number and its HTTP status.

All else follows from the classes: the answers of the protocols, the documentation of the routes, and the table of
errors in `pdserving/gateway/README.md`. To add an error, add a class.
"""

from collections.abc import Iterator
from typing import TypeAlias

from ocr_ops.errors import ImageTooLargeError, OcrError

MAX_MESSAGE_LENGTH = 500  # characters of an error's message in an answer


class RequestError(Exception):
    """Base of the errors of one request. The message is for the client: what was wrong and what is accepted.

    Attributes:
        code: stable, for programs.
        number: `err_no` of the pipeline protocol, in Paddle Serving's ranges: 3000 service, 5000 user input,
            6000 timeout, 8000 communication.
        http_status: the status of an HTTP answer.
        example: a message, for documentation.
    """

    code: str
    number: int
    http_status: int
    example: str


ClientError: TypeAlias = RequestError | OcrError
"""What a client may read."""


class InternalError(RequestError):
    """A fault of the service; its log has the traceback."""

    code, number, http_status = "internal", 3000, 500
    example = "internal error: KeyError"


class WrongServiceError(RequestError):
    """No such service or path, or another method than the path has (405)."""

    code, number, http_status = "wrong_service", 3002, 404
    example = "no service 'orc'; accepted: ocr"


class ModuleFailedError(RequestError):
    """The `module.py` of a hub service raised, or returned what is not JSON."""

    code, number, http_status = "module_failed", 3003, 500
    example = "module receipts: postprocess failed: KeyError: 'total'"


class KeyMissingError(RequestError):
    """A request without `image`, or without a file."""

    code, number, http_status = "key_missing", 5001, 400
    example = "no file; accepted: 1 to 64 'file' parts with files"


class KeyUnknownError(RequestError):
    """A key that is no option."""

    code, number, http_status = "key_unknown", 5002, 400
    example = "unknown option 'url'; accepted: det, cls, rec, …"


class OptionInvalidError(RequestError):
    """An option's value of the wrong type or outside its range."""

    code, number, http_status = "option_invalid", 5003, 400
    example = "rec.drop_score: 2 is not accepted; accepted: less than or equal to 1"


class Base64InvalidError(RequestError):
    """A picture that is not base64. Line breaks, the URL alphabet and a `data:` prefix are accepted."""

    code, number, http_status = "base64_invalid", 5004, 400
    example = "images[1] is not base64: Only base64 data is allowed"


class TensorRefusedError(RequestError):
    """A tensor of a kind that is not accepted, such as one that only pickle could read."""

    code, number, http_status = "tensor_refused", 5009, 400
    example = "tensor 'image' has elem_type 1; accepted: 7 (uint8), 12 (string), 13 (bytes)"


class BodyInvalidError(RequestError):
    """A body or message that does not have the protocol's form."""

    code, number, http_status = "body_invalid", 5010, 400
    example = "the form is cut off: the boundary that ends it is missing"


class BodyTooLargeError(RequestError):
    """A body or message of more than `max_message_bytes`."""

    code, number, http_status = "body_too_large", 5011, 413
    example = "the body has 70000000 bytes; the limit max_message_bytes is 67108864"


class NotAcceptableError(RequestError):
    """No form of answer that the client accepts."""

    code, number, http_status = "not_acceptable", 5012, 406
    example = "Accept is 'image/webp'; accepted: application/json, text/plain, …"


class ContentTypeError(RequestError):
    """A body of a media type that the route does not read."""

    code, number, http_status = "content_type", 5013, 415
    example = "the content type is 'image/png'; accepted: multipart/form-data, application/json"


class AnswerTooLargeError(RequestError):
    """An answer whose pictures exceed `max_message_bytes`, or what a PNG can hold."""

    code, number, http_status = "answer_too_large", 5014, 413
    example = "the pictures that page_image and visualize ask for have more than 67108864 bytes, …"


class TooManyImagesError(RequestError):
    """More pictures and files than `max_images`."""

    code, number, http_status = "too_many_images", 5015, 400
    example = "more than 64 files, the limit max_images"


class TooManyLinesError(RequestError):
    """A picture or page of more lines than `max_lines`."""

    code, number, http_status = "too_many_lines", 5016, 413
    example = "the picture has 1200 lines; the limit max_lines is 1000"


class JsonTooDeepError(RequestError):
    """JSON whose objects and lists are nested deeper than `max_json_depth`."""

    code, number, http_status = "json_too_deep", 5017, 400
    example = "the body's objects and lists are nested too deep; the limit max_json_depth is 16"


class HeadersTooLargeError(RequestError):
    """A request's line and headers of more than `max_header_bytes`."""

    code, number, http_status = "headers_too_large", 5018, 431
    example = "the request's line and headers have 40000 bytes or more; the limit max_header_bytes is 32768"


class PdfError(RequestError):
    """Base of the errors of PDFs."""


class PdfBrokenError(PdfError):
    """A file that begins as a PDF does, but cannot be read."""

    code, number, http_status = "pdf_broken", 5020, 422
    example = "the PDF is broken: its structure cannot be read; perhaps it was cut off on its way"


class PdfEncryptedError(PdfError):
    """A PDF that opens only with a password or a certificate."""

    code, number, http_status = "pdf_encrypted", 5021, 422
    example = "the PDF opens only with a password; send it without protection"


class PdfEmptyError(PdfError):
    """A PDF without pages."""

    code, number, http_status = "pdf_empty", 5022, 422
    example = "the PDF has no pages"


class PdfPagesInvalidError(PdfError):
    """`pages` that is no page range, or names a page that the PDF or TIFF does not have."""

    code, number, http_status = "pdf_pages_invalid", 5023, 400
    example = "pages has '4-9', but the document has pages 1 to 3"


class PdfTooManyPagesError(PdfError):
    """More pages of PDFs and TIFFs than `max_pages`."""

    code, number, http_status = "pdf_too_many_pages", 5024, 413
    example = "900 pages are asked for, more than the limit of 200 per document; choose some by pages"


class PdfTooComplexError(PdfError):
    """A PDF, GIF, AVIF, HEIC or JPEG 2000 that takes more than `pdf_timeout_s` or `max_pdf_memory_mib`."""

    code, number, http_status = "pdf_too_complex", 5025, 413
    example = "the PDF takes more than pdf_timeout_s allows (20 s) to draw page 3; accepted: simpler pages"


class PdfPageTooLargeError(PdfError):
    """A page of a PDF that would have more pixels than a picture may have."""

    code, number, http_status = ImageTooLargeError.code, ImageTooLargeError.number, ImageTooLargeError.http_status
    example = ImageTooLargeError.example


class UnauthenticatedError(RequestError):
    """Keys are set, and the request has none that is accepted."""

    code, number, http_status = "unauthenticated", 5030, 401
    example = "no API key; accepted: 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"


class TryLaterError(RequestError):
    """Base of the refusals of requests that would be accepted later.

    Attributes:
        retry_after_s: whole seconds until then.
    """

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RateLimitedError(TryLaterError):
    """The key, or the client's address, has had its requests: come back after `Retry-After` seconds.

    Attributes:
        key_name: the name of the caller's key, None where no keys are set.
    """

    code, number, http_status = "rate_limited", 5031, 429
    example = "security.rate_limit, 60 requests a minute, is met; accepted again in 3 s"

    def __init__(self, message: str, retry_after_s: int, key_name: str | None) -> None:
        super().__init__(message, retry_after_s)
        self.key_name = key_name


class PictureKillsWorkersError(RequestError):
    """A picture that worker processes died of: see `pdserving/supervision/README.md`."""

    code, number, http_status = "picture_kills_workers", 5032, 422
    example = "the picture is refused: the worker process that computed it ended unexpectedly, …"


class TimedOutError(RequestError):
    """No answer within `request_timeout_s`, or within the time that the client gave."""

    code, number, http_status = "timeout", 6000, 504
    example = "no answer within request_timeout_s, 120 s"


class ClientGoneError(RequestError):
    """The client hung up or cancelled its call; seen in log and metrics alone."""

    code, number, http_status = "client_gone", 6001, 499  # nginx's number for it
    example = "the client hung up before it had its answer"


class HeadersTooSlowError(RequestError):
    """A request's line and headers that were not complete within `header_timeout_s`."""

    code, number, http_status = "headers_too_slow", 6002, 408
    example = "the request's line and headers were not complete within header_timeout_s, 10 s"


class BodyTooSlowError(RequestError):
    """A body that stalled for `stall_timeout_s`, or came slower than `min_body_rate`."""

    code, number, http_status = "body_too_slow", 6003, 408
    example = "nothing of the body came for stall_timeout_s, 20 s"


class WorkerUnavailableError(RequestError):
    """No worker was ready in time, or too many in turn died over the request; with `Retry-After`."""

    code, number, http_status = "worker_unavailable", 8000, 503
    example = "no worker was ready within request_timeout_s, 120 s"


class OverloadedError(TryLaterError):
    """No free place, `max_in_flight` requests are being answered: come back after `Retry-After` seconds."""

    code, number, http_status = "overloaded", 8001, 503
    example = "12 requests are being answered, the limit max_in_flight; try again in 2 s"


class PdfReaderLostError(PdfError):
    """The process that had the PDF or picture was killed, or could not be started; send it again."""

    code, number, http_status = "pdf_reader_lost", 8002, 503
    example = "the process that had the PDF was killed; send it again"


class AnsweredError(RequestError):
    """An error that another process of the service answered; all but the message is that of its kind there."""

    def __init__(self, kind: type[ClientError], message: str) -> None:
        super().__init__(message)
        self.code, self.number, self.http_status = kind.code, kind.number, kind.http_status


def _kinds(base: type[ClientError]) -> Iterator[type[ClientError]]:
    for kind in base.__subclasses__():
        if "code" in vars(kind):
            yield kind
        yield from _kinds(kind)


ERRORS: dict[str, type[ClientError]] = {
    # Of two kinds with one code, the picture's comes last and stands.
    kind.code: kind
    for kind in (*_kinds(RequestError), *_kinds(OcrError))
}
"""The kinds of errors by their codes."""

_BY_NUMBER = {kind.number: kind for kind in ERRORS.values()}


def is_fault(error: BaseException) -> bool:
    """Whether an error is a fault of the service, of which a client learns the type alone."""
    return not isinstance(error, (RequestError, OcrError))


def client_error(error: BaseException, where: str = "") -> ClientError:
    """The error as a client may see it: itself, or `InternalError` in the place of a fault.

    Args:
        error: whatever was raised.
        where: the place of a fault, for the message, such as ` in det`.
    """
    if isinstance(error, (RequestError, OcrError)):
        return error
    return InternalError(f"internal error{where}: {type(error).__name__}")


def kind_of_number(number: int) -> type[ClientError]:
    """The kind of error that has a number of the pipeline protocol; `InternalError` for a number that is not ours."""
    return _BY_NUMBER.get(number, InternalError)
