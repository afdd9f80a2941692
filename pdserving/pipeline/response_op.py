"""ResponseOp of ours: a page's lines in one string, or the error that befell the request."""

import json
import logging
from collections.abc import Sequence

from paddle_serving_server.pipeline.channel import ChannelData
from paddle_serving_server.pipeline.error_catch import CustomExceptionCode
from paddle_serving_server.pipeline.operator import ResponseOp

from ocr_ops.results import TextLine
from pdserving.errors import INTERNAL
from pdserving.pipeline.stage_op import PAGE
from pdserving.protocol import Response

_log = logging.getLogger(__name__)

RESULT = "result"
SCORE_DIGITS = 5  # decimals of a score; float32 has no more that mean anything


class OcrResponseOp(ResponseOp):  # type: ignore[misc]  # Paddle Serving is untyped
    """Packs the response message of the pipeline protocol."""

    def pack_response_package(self, channeldata: ChannelData) -> Response:
        """A `Response` with the key `result`, or with `err_no` and `err_msg`."""
        if channeldata.error_code == CustomExceptionCode.OK.value:
            return _pack_page(channeldata)
        if channeldata.error_code == CustomExceptionCode.PRODUCT_ERROR.value:
            return error_response(channeldata.prod_error_code, channeldata.prod_error_info)
        return error_response(channeldata.error_code, channeldata.error_info)


def _pack_page(channeldata: ChannelData) -> Response:
    try:
        lines = channeldata.dictdata[PAGE].lines()
        return Response(key=[RESULT], value=[format_lines(lines)])
    except Exception as error:
        _log.exception("log_id=%s: the response failed", channeldata.log_id)
        return error_response(INTERNAL.err_no, f"internal error in the response: {type(error).__name__}")


def error_response(err_no: int, message: str) -> Response:
    """A `Response` that holds an error."""
    return Response(err_no=err_no, err_msg=message)


def format_lines(lines: Sequence[TextLine]) -> str:
    """The lines as `[[[text, score], [[x, y] × 4]], …]`, valid JSON and a valid Python literal with the same meaning.

    Characters outside ASCII stand as themselves: a JSON escape of one beyond the basic plane would be two characters
    to Python. Scores and coordinates (pixels) are plain finite floats.
    """
    return json.dumps(
        [[[line.text, round(line.score, SCORE_DIGITS)], line.quad.points.tolist()] for line in lines],
        ensure_ascii=False,
        allow_nan=False,
    )
