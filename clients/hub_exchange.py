"""What a client and a PaddleHub Serving service say to each other."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from client_http import HttpAnswer
from client_results import DrawingError, ErrorNumber, Region, RequestError, ResultKind, parse_quad

SUCCESS = "000"
"""The status of an answer that holds results; PaddleHub has several others, for errors."""

_REGION_FIELD = "text_region"

# The fields of PaddleOCR's services. Those that users define answer whatever they like.
_FIELDS = {
    "ocr_det": (_REGION_FIELD,),
    "ocr_cls": ("angle", "confidence"),
    "ocr_rec": ("text", "confidence"),
    "ocr_system": ("text", "confidence", "angle", _REGION_FIELD),
}


@dataclass(frozen=True)
class HubResult:
    """One of a service's results for an image.

    Attributes:
        answered: an object of fields, or any other JSON that a user's own service answers.
    """

    answered: object

    def cells(self) -> Mapping[str, str]:
        """Its fields as text, by name."""
        return {name: _cell(name, value) for name, value in self._fields().items()}

    def content(self) -> object:
        """What the service answered, as it is."""
        return self.answered

    def region(self) -> Region | None:
        """Its `text_region` with its text; None if it has no such field.

        Raises:
            DrawingError: the field is not four points.
        """
        fields = self._fields()
        if _REGION_FIELD not in fields:
            return None
        text = fields.get("text")
        try:
            return Region(text if isinstance(text, str) else None, parse_quad(fields[_REGION_FIELD]))
        except ValueError as error:
            raise DrawingError(f"{_REGION_FIELD} is not four points [x, y]: {error}") from error

    def _fields(self) -> Mapping[str, object]:
        return self.answered if isinstance(self.answered, dict) else {"result": self.answered}


def kind_of(url: str) -> ResultKind:
    """The kind of results that the service at an address answers; the last part of the path is the service's name."""
    service = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return ResultKind(name="results", columns=_FIELDS.get(service, ()))


def request_for(image: bytes) -> Mapping[str, object]:
    """The request to read an image file (JPEG, PNG, …)."""
    return {"images": [base64.b64encode(image).decode("ascii")]}


def results_of(answer: HttpAnswer, url: str) -> tuple[HubResult, ...]:
    """The results in a service's answer about one image.

    Args:
        answer: the answer.
        url: the service's address, for messages.

    Raises:
        RequestError: the service refused the image, or the answer cannot be used. The number is the service's status,
            such as -1, or one of the client's own where that is no number.
    """
    try:
        content = answer.json()
    except ValueError as error:
        raise answer.unexpected(url) from error
    match content:
        case {"status": str(status), "msg": message} if status != SUCCESS:
            raise RequestError(_number(status), str(message) or f"the server answered status {status}")
        case {"status": "000", "results": [of_image]} if answer.status == 200:
            return tuple(HubResult(found) for found in (of_image if isinstance(of_image, list) else [of_image]))
        case {"status": "000", "results": [*results]} if answer.status == 200:
            message = f"{url} answered {len(results)} results for one image, not one"
            raise RequestError(ErrorNumber.BAD_ANSWER, message)
        case _:
            raise answer.unexpected(url)


def _number(status: str) -> int:
    try:
        return int(status)
    except ValueError:
        return ErrorNumber.BAD_ANSWER


def _cell(name: str, value: object) -> str:
    match value:
        case str():
            return value
        case float() if name == "confidence":
            return f"{value:.3f}"
        case _:
            return json.dumps(value, ensure_ascii=False)
