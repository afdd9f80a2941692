"""ResponseOp of ours: a page's lines in one string, or the error that befell the request."""

import json
import logging
import time
from collections.abc import Sequence

from paddle_serving_server.pipeline.channel import ChannelData
from paddle_serving_server.pipeline.error_catch import CustomExceptionCode
from paddle_serving_server.pipeline.operator import Op, ResponseOp

from ocr_ops.text_line import TextLine
from pdserving.errors import ClientError, client_error
from pdserving.page_answer import LineAnswer, PageAnswer
from pdserving.pipeline.metrics import WorkerMetrics
from pdserving.pipeline.page import PAGE, Page
from pdserving.protocol import Response

_log = logging.getLogger(__name__)

_RESULT, _PAGE_ANSWER = "result", "page"  # the keys of the two answers
_SCORE_DIGITS = 5  # decimals of a score; float32 has no more that mean anything
_COLUMN_DIGITS = 4  # a tenth of a pixel of the widest line
_SCALE_DIGITS = 3
_TIME_DIGITS = 2  # of milliseconds


class OcrResponseOp(ResponseOp):  # type: ignore[misc]  # Paddle Serving is untyped
    """Packs the response message of the pipeline protocol.

    Args:
        input_op: the op before it.
        metrics: told of each page that was read.
    """

    def __init__(self, input_op: Op, metrics: WorkerMetrics) -> None:
        super().__init__(input_ops=[input_op])
        self._metrics = metrics

    def pack_response_package(self, channeldata: ChannelData) -> Response:
        """A `Response` with the key `result`, or with `err_no` and `err_msg`."""
        if channeldata.error_code == CustomExceptionCode.OK.value:
            return self._pack_page(channeldata)
        if channeldata.error_code == CustomExceptionCode.PRODUCT_ERROR.value:
            return Response(err_no=channeldata.prod_error_code, err_msg=channeldata.prod_error_info)
        return Response(err_no=channeldata.error_code, err_msg=channeldata.error_info)

    def _pack_page(self, channeldata: ChannelData) -> Response:
        try:
            page: Page = channeldata.dictdata[PAGE]
            if page.options.answer == "page":
                response = Response(key=[_PAGE_ANSWER], value=[page_answer(page).to_json()])
            else:
                response = Response(key=[_RESULT], value=[format_lines(page.lines())])
            self._metrics.count_page(page.rotation, page.detection_scale)
        except Exception as error:
            _log.exception("log_id=%s: the response failed", channeldata.log_id)
            return error_response(client_error(error, " in the response"))
        return response


def error_response(error: ClientError) -> Response:
    """A `Response` that holds an error."""
    return Response(err_no=error.number, err_msg=str(error))


def format_lines(lines: Sequence[TextLine]) -> str:
    """The lines as `[[[text, score], [[x, y] × 4]], …]`, valid JSON and a valid Python literal with the same meaning.

    Characters outside ASCII stand as themselves: a JSON escape of one beyond the basic plane would be two characters
    to Python. Scores and coordinates (pixels) are plain finite floats.
    """
    return json.dumps(
        [[[line.text, round(line.score, _SCORE_DIGITS)], line.quad.points.tolist()] for line in lines],
        ensure_ascii=False,
        allow_nan=False,
    )


def page_answer(page: Page) -> PageAnswer:
    """All that is known of a page."""
    rec = page.options.rec.enabled
    lines = [
        LineAnswer(
            quad=line.quad.points.tolist(),
            text=line.text if rec else None,
            score=round(line.score, _SCORE_DIGITS) if rec else None,
            angle=line.angle.degrees if line.angle else None,
            angle_score=round(line.angle.score, _SCORE_DIGITS) if line.angle else None,
            columns=[round(column, _COLUMN_DIGITS) for column in line.columns],
            laid_down=line.laid_down,
        )
        for line in page.lines()
    ]
    timings = {**page.timings_ms, "total": 1e3 * (time.perf_counter() - page.arrived)}
    timings_ms = {stage: round(spent, _TIME_DIGITS) for stage, spent in timings.items()}
    scale = None if page.detection_scale is None else round(page.detection_scale, _SCALE_DIGITS)
    return PageAnswer(page.width, page.height, lines, timings_ms, page.rotation, scale)
