"""Reading a picture for those routes that answer in forms of their own."""

from collections.abc import Awaitable, Callable, Mapping

from pdserving.config.request_options import ANSWER
from pdserving.errors import AnsweredError, kind_of_number
from pdserving.gateway.workers.pool import WorkerPool
from pdserving.page_answer import PageAnswer
from pdserving.protocol import BYTES, IMAGE, REQUEST_ID, SERVICE, Request, Tensor

Read = Callable[[bytes, Mapping[str, str], str], Awaitable[PageAnswer]]
"""Reads a picture with a request's options and id, as `PictureReader.read` does."""

PICTURES_AT_A_TIME = 16  # of one request in the pipeline: fills the cores, and leaves room for other requests


class PictureReader:
    """Reads pictures by the workers."""

    def __init__(self, workers: WorkerPool) -> None:
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
            raise AnsweredError(kind_of_number(response.err_no), response.err_msg)
        return PageAnswer.from_json(response.value[0])
