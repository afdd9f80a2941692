"""Reads the files of a request: pictures as they are or decoded before, PDFs and TIFFs page by page."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from ocr_ops.errors import ImageBrokenError, ImageFormatError, ImageTooLargeError
from ocr_ops.image import TiffPages, is_animation
from pdserving.config.schema import Limits
from pdserving.documents.picture_formats import DECODED, decoded_format
from pdserving.documents.source import DocumentPage, looks_like_pdf, looks_like_tiff
from pdserving.errors import (
    ERRORS,
    AnsweredError,
    AnswerTooLargeError,
    BodyTooLargeError,
    OptionInvalidError,
    PdfPageTooLargeError,
    PdfTooManyPagesError,
)
from pdserving.gateway.gathering import gather
from pdserving.gateway.pdf.pool import RequestPdfs
from pdserving.gateway.rest.media import Form
from pdserving.gateway.rest.options import OcrOptions, in_rest_words
from pdserving.gateway.rest.page_range import parse_pages
from pdserving.gateway.rest.pictures import drawn_png, upright_png
from pdserving.gateway.rest.upload import Upload
from pdserving.gateway.workers.picture_reader import PICTURES_AT_A_TIME, Read
from pdserving.page_answer import PageAnswer

_DRAWN_AT_A_TIME = 2  # pictures of all requests that are decoded for an answer; it bounds memory
_DOCUMENT_PAGES_AT_A_TIME = 2  # pages of documents that wait for the pipeline as pictures; it bounds memory

_ACCEPTED_TOO = f"accepted here are also {DECODED}, and PDF documents"
_FIRST_FRAME = "the file is an animation; its first frame was read"
_MAIN_PICTURE = "the file has several pictures; its main one was read"


@dataclass(frozen=True)
class ReadPage:
    """A page that was read, with the pictures that the answer will hold.

    Attributes:
        page: what was read.
        page_count: the number of pages of its file, 1 for a picture.
        image: a PNG of the page, upright; empty where the answer has none.
        drawing: a PNG of the page with its lines drawn; empty where the answer has none.
        notes: what the client should know about how the page was read.
    """

    page: DocumentPage
    page_count: int
    image: bytes
    drawing: bytes
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class ReadFile:
    """A file and its pages, in order."""

    upload: Upload
    pages: list[ReadPage]


class FileReader:
    """Reads the files of all requests.

    Args:
        read: reads a picture with a request's options and id, as `PictureReader.read` does.
        limits: the limits, of which those of pages, pixels and the answer's size are looked at.
    """

    def __init__(self, read: Read, limits: Limits) -> None:
        self.read = read
        self.limits = limits
        self.drawing = asyncio.Semaphore(_DRAWN_AT_A_TIME)

    async def read_files(
        self, uploads: Sequence[Upload], pdfs: RequestPdfs, options: OcrOptions, form: Form, request_id: str
    ) -> list[ReadFile]:
        """Read all files at the same time, as far as there is room.

        Args:
            uploads: the files.
            pdfs: opens the PDFs of the request.
            options: the options of the request.
            form: the form of the answer, which needs the pages' pictures or not.
            request_id: the id of the request.

        Raises:
            PartError: a file cannot be read; the others are given up.
        """
        reading = _Reading(self, pdfs, options, form, request_id)

        async def one(upload: Upload) -> ReadFile:
            return ReadFile(upload, await reading.file(upload))

        return await gather(uploads, one)


class _Reading:
    """The pages of one request while they are read."""

    def __init__(self, reader: FileReader, pdfs: RequestPdfs, options: OcrOptions, form: Form, request_id: str) -> None:
        self._read = reader.read
        self._pdfs = pdfs
        self._limits = reader.limits
        self._drawing = reader.drawing
        self._options = options
        self._pipeline = options.for_pipeline()
        self._request_id = request_id
        self._places = asyncio.Semaphore(PICTURES_AT_A_TIME)
        self._document_pages = asyncio.Semaphore(_DOCUMENT_PAGES_AT_A_TIME)
        self._with_image = options.page_image and form.name == "json"
        self._with_drawing = options.visualize and form.name in ("json", "png")
        self._pages = 0
        self._picture_bytes = 0

    async def file(self, upload: Upload) -> list[ReadPage]:
        """The pages of a file, in order."""
        if looks_like_pdf(upload.data):
            return await self._pdf(upload)
        if looks_like_tiff(upload.data):
            return await self._tiff(upload)
        if decoded_format(upload.data) is not None:
            return await self._decoded(upload)
        async with self._places:
            note = _FIRST_FRAME if is_animation(upload.data) else ""
            return [await self._picture(upload.name, upload.data, note)]

    async def _decoded(self, upload: Upload) -> list[ReadPage]:
        async with self._document_pages, self._places:
            decoded = await self._pdfs.decode(upload.data)
            note = _FIRST_FRAME if decoded_format(upload.data) == "GIF" else _MAIN_PICTURE
            try:
                return [await self._picture(upload.name, decoded.image, note if decoded.several else "")]
            except BodyTooLargeError:
                raise ImageTooLargeError(
                    "the picture has, once it is decoded, more bytes than max_message_bytes allows "
                    f"({self._limits.max_message_bytes}); accepted: a smaller picture, or the same as JPEG"
                ) from None

    async def _picture(self, name: str, picture: bytes, note: str) -> ReadPage:
        answer = await self._answer(picture)
        page = await self._with_pictures(DocumentPage(name, 1, None, answer), 1, picture)
        return replace(page, notes=[note] if note else [])

    async def _pdf(self, upload: Upload) -> list[ReadPage]:
        dpi = self._options.dpi
        async with self._pdfs.open(upload.data) as pdf:

            async def one(number: int) -> ReadPage:
                rendered = await pdf.render(number, dpi)
                try:
                    answer = await self._answer(rendered.image)
                except BodyTooLargeError:
                    raise PdfPageTooLargeError(
                        f"page {number} at {dpi} dpi is a picture of more bytes than max_message_bytes allows "
                        f"({self._limits.max_message_bytes}); accepted: a lower dpi"
                    ) from None
                page = DocumentPage(upload.name, number, dpi, answer)
                return await self._with_pictures(page, pdf.page_count, rendered.image)

            return await self._pages_of(pdf.page_count, one)

    async def _tiff(self, upload: Upload) -> list[ReadPage]:
        tiff = await asyncio.to_thread(TiffPages.of, upload.data)
        count = len(tiff)

        async def one(number: int) -> ReadPage:
            try:
                picture = await asyncio.to_thread(tiff.picture, number)
                answer = await self._answer(picture)
            except (AnsweredError, ImageBrokenError) as error:
                if count == 1:
                    raise
                raise AnsweredError(ERRORS[error.code], f"page {number}: {error}") from None
            return await self._with_pictures(DocumentPage(upload.name, number, None, answer), count, picture)

        if count > 1:
            return await self._pages_of(count, one)
        # It is as a picture of another format: it is in memory already, and nothing more than a place is needed.
        (number,) = self._chosen(count)
        async with self._places:
            return [await one(number)]

    async def _pages_of(self, count: int, one: Callable[[int], Awaitable[ReadPage]]) -> list[ReadPage]:
        """Those pages of a document that are asked for, a few at a time.

        Args:
            count: how many pages it has.
            one: reads the page of a number.
        """
        numbers = self._chosen(count)

        async def with_place(number: int) -> ReadPage:
            try:
                async with self._places:
                    return await one(number)
            finally:
                self._document_pages.release()

        async with asyncio.TaskGroup() as group:
            tasks = []
            for number in numbers:
                await self._document_pages.acquire()
                tasks.append(group.create_task(with_place(number)))
        return [task.result() for task in tasks]

    def _chosen(self, count: int) -> list[int]:
        """The numbers of the pages that are asked for, of a document of `count`."""
        numbers = parse_pages(self._options.pages or None, count, self._limits.max_pages)
        self._pages += len(numbers)
        if self._pages > self._limits.max_pages:
            raise PdfTooManyPagesError(
                f"the documents of the request have {self._pages} pages or more that are asked for; "
                f"the limit max_pages is {self._limits.max_pages}"
            )
        return numbers

    async def _answer(self, image: bytes) -> PageAnswer:
        try:
            answer = await self._read(image, self._pipeline, self._request_id)
        except AnsweredError as error:
            if error.code == OptionInvalidError.code:
                raise OptionInvalidError(in_rest_words(str(error))) from None
            if error.code == ImageFormatError.code:
                raise AnsweredError(ImageFormatError, f"{error}; {_ACCEPTED_TOO}") from None
            raise
        if self._options.order == "reading":
            return answer
        return replace(answer, lines=sorted(answer.lines, key=lambda line: min((y, x) for x, y in line.quad)))

    async def _with_pictures(self, page: DocumentPage, count: int, picture: bytes) -> ReadPage:
        """A page with the PNGs of the answer. They are made at once, so that no picture waits uncompressed."""
        image = drawing = b""
        if self._with_image:
            async with self._drawing:
                image = await asyncio.to_thread(upright_png, picture, self._limits.max_image_pixels)
        if self._with_drawing:
            async with self._drawing:
                drawing = await asyncio.to_thread(drawn_png, picture, page.answer, self._limits.max_image_pixels)
        self._picture_bytes += len(image) + len(drawing)
        if self._picture_bytes > self._limits.max_message_bytes:
            raise AnswerTooLargeError(
                "the pictures that page_image and visualize ask for have more than "
                f"{self._limits.max_message_bytes} bytes, the limit max_message_bytes; "
                "accepted: fewer pages in a request, a lower dpi, or no pictures"
            )
        return ReadPage(page, count, image, drawing)
