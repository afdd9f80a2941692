"""Reading a picture for those routes that answer in forms of their own."""

import json
from collections.abc import Awaitable, Callable, Mapping

from pdserving.config.request_options import ANSWER
from pdserving.documents.page import LineAnswer, PageAnswer
from pdserving.errors import AnsweredError
from pdserving.gateway.workers import Workers
from pdserving.protocol import BYTES, IMAGE, REQUEST_ID, SERVICE, Request, Tensor

Read = Callable[[bytes, Mapping[str, str], str], Awaitable[PageAnswer]]
"""Reads a picture with a request's options and id, as `Reader.read` does."""

PICTURES_AT_A_TIME = 16  # of one request in the pipeline: fills the cores, and leaves room for other requests


class Reader:
    """Reads pictures by the workers."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def read(self, image: bytes, options: Mapping[str, str], request_id: str) -> PageAnswer:
        """What a picture says.

        Args:
            image: the picture's file.
            options: of the pipeline, as text, such as `{"rec.drop_score": "0.3"}`.
            request_id: for the worker's log.

        Raises:
            RequestError: whatever is wrong with the picture or an option, or the worker does not answer.
        """
        pairs = {**options, ANSWER: "page", REQUEST_ID: request_id}
        tensor = Tensor(name=IMAGE, elem_type=BYTES, byte_data=image)
        request = Request(name=SERVICE, key=[*pairs], value=[*pairs.values()], tensors=[tensor])
        response = await self._workers.call(request)
        if response.err_no != 0:
            raise AnsweredError(response.err_no, response.err_msg)
        tree = json.loads(response.value[0])
        return PageAnswer(**{**tree, "lines": [LineAnswer(**line) for line in tree["lines"]]})
