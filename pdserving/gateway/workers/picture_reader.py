"""Reading one picture, for the routes that answer in a form of their own."""

from collections.abc import Awaitable, Callable, Mapping

from pdserving.config.request_options import ANSWER
from pdserving.errors import AnsweredError, kind_of_number
from pdserving.gateway.workers.pool import WorkerPool
from pdserving.page_answer import PageAnswer
from pdserving.protocol import BYTES, IMAGE, REQUEST_ID, SERVICE, Request, Tensor

Read = Callable[[bytes, Mapping[str, str], str], Awaitable[PageAnswer]]
"""Reads a picture with a request's options and id, as `PictureReader.read` does."""

PICTURES_AT_A_TIME = 16  # of one request in the pipeline: they fill the cores, and leave room for other requests


class PictureReader:
    """Reads pictures by means of the workers."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def read(self, image: bytes, options: Mapping[str, str], request_id: str) -> PageAnswer:
        """Read a picture.

        Args:
            image: the picture's file.
            options: options of the pipeline, as text, such as `{"rec.drop_score": "0.3"}`.
            request_id: the request's id, for the worker's log.

        Raises:
            RequestError: the picture or an option is wrong, or no worker answers.
        """
        pairs = {**options, ANSWER: "page", REQUEST_ID: request_id}
        tensor = Tensor(name=IMAGE, elem_type=BYTES, byte_data=image)
        request = Request(name=SERVICE, key=[*pairs], value=[*pairs.values()], tensors=[tensor])
        response = await self._workers.call(request)
        if response.err_no != 0:
            raise AnsweredError(kind_of_number(response.err_no), response.err_msg)
        return PageAnswer.from_json(response.value[0])
