"""From files to pages that were read: pictures as they are, PDFs page by page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pdserving.config.schema import Limits
from pdserving.documents.page import DocumentPage, PageAnswer
from pdserving.documents.page_range import parse_pages
from pdserving.documents.pdf_input import OpenPdf, looks_like_pdf
from pdserving.gateway.rest.options import OcrOptions
from pdserving.gateway.rest.upload import Upload

Read = Callable[[bytes, Mapping[str, str], str], Awaitable[PageAnswer]]

PAGES_AT_A_TIME = 16  # of one request in the pipeline: fills the cores, and leaves room for other requests
RENDERED_AT_A_TIME = 2  # pages of a PDF that wait for the pipeline as pictures: bounds memory


@dataclass(frozen=True)
class ReadPage:
    """A page with the picture that was read.

    Attributes:
        page: what was read.
        page_count: pages of its file, 1 for a picture.
        image: the picture's file; the page as it was rendered, where it is a PDF's.
    """

    page: DocumentPage
    page_count: int
    image: bytes


@dataclass(frozen=True)
class ReadFile:
    """A file and its pages, in order."""

    upload: Upload
    pages: list[ReadPage]


class FileError(Exception):
    """What went wrong with one file of a request."""

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__(index, error)
        self.index = index
        self.error = error


async def read_files(
    uploads: Sequence[Upload], options: OcrOptions, read: Read, limits: Limits, request_id: str
) -> list[ReadFile]:
    """Read all files at the same time, as far as there is room.

    Raises:
        FileError: of the first file that cannot be read.
    """
    reading = _Reading(options, read, limits, request_id)

    async def one(index: int) -> ReadFile:
        try:
            return ReadFile(uploads[index], await reading.file(uploads[index]))
        except ExceptionGroup as group:
            raise FileError(index, group.exceptions[0]) from group
        except Exception as error:
            raise FileError(index, error) from error

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(index)) for index in range(len(uploads))]
    except ExceptionGroup as failed:
        raise min((error for error in failed.exceptions if isinstance(error, FileError)), key=_index) from None
    return [task.result() for task in tasks]


class _Reading:
    """One request's pages on their way."""

    def __init__(self, options: OcrOptions, read: Read, limits: Limits, request_id: str) -> None:
        self._options = options
        self._pipeline = options.for_pipeline()
        self._read = read
        self._limits = limits
        self._request_id = request_id
        self._places = asyncio.Semaphore(PAGES_AT_A_TIME)
        self._rendered = asyncio.Semaphore(RENDERED_AT_A_TIME)
        self._keep_images = options.visualize or options.page_image

    async def file(self, upload: Upload) -> list[ReadPage]:
        """The pages of a file, in order."""
        if looks_like_pdf(upload.data):
            return await self._pdf(upload)
        async with self._places:
            answer = await self._answer(upload.data)
        return [ReadPage(DocumentPage(upload.name, 1, None, answer), 1, upload.data)]

    async def _pdf(self, upload: Upload) -> list[ReadPage]:
        pdf = await asyncio.to_thread(OpenPdf, upload.data, self._limits.max_image_pixels)
        try:
            count = pdf.page_count
            numbers = parse_pages(self._options.pages, count, self._limits.max_pages)
            async with asyncio.TaskGroup() as group:
                tasks = []
                for number in numbers:
                    await self._rendered.acquire()
                    tasks.append(group.create_task(self._page(pdf, number, upload.name, count)))
            return [task.result() for task in tasks]
        finally:
            await asyncio.to_thread(pdf.close)

    async def _page(self, pdf: OpenPdf, number: int, name: str, count: int) -> ReadPage:
        dpi = self._options.dpi
        try:
            async with self._places:
                rendered = await asyncio.to_thread(pdf.render, number, dpi)
                answer = await self._answer(rendered.image)
        finally:
            self._rendered.release()
        image = rendered.image if self._keep_images else b""
        return ReadPage(DocumentPage(name, number, dpi, answer), count, image)

    async def _answer(self, image: bytes) -> PageAnswer:
        answer = await self._read(image, self._pipeline, self._request_id)
        if self._options.order == "reading":
            return answer
        return replace(answer, lines=sorted(answer.lines, key=lambda line: min((y, x) for x, y in line.quad)))


def _index(error: FileError) -> int:
    return error.index
