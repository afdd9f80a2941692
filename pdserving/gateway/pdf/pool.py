"""The PDF processes, which the requests share: a request has one of them at a time, for a page at a time."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from pdserving.config.auto import pdf_processes
from pdserving.config.schema import MEBI, Limits
from pdserving.documents.source import DecodedPicture, RenderedPage, SourceFile
from pdserving.gateway.deadline import current_deadline
from pdserving.gateway.pdf.frames import Frame
from pdserving.gateway.pdf.process import PICTURE, PdfProcess
from pdserving.gateway.workers.fair_places import FairPlaces


class PdfPool:
    """Up to `limits.pdf_processes` processes, which start when they are needed and end with the `async with` statement.

    A process keeps a document open between its pages, unless all others are busy and it is needed for another document.
    So a document of many pages is opened once where there is room, and holds nobody up where there is none.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._count = pdf_processes(limits)
        self._places = FairPlaces(self._count)
        self._held = 0  # places that are taken; their processes may still be starting
        self._processes: list[PdfProcess] = []
        self._idle: list[PdfProcess] = []  # the one that has been idle longest comes first

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            await process.kill()

    @asynccontextmanager
    async def hold(self, document: object) -> AsyncIterator[PdfProcess]:
        """A process, until the end of the `async with` statement: the one that has the document open, if any."""
        async with self._places.hold(current_deadline.get()):
            self._held += 1
            try:
                process = await self._take(document)
                try:
                    yield process
                finally:
                    if process.alive:
                        self._idle.append(process)
            finally:
                self._held -= 1

    def forget(self, document: object) -> None:
        """Free the memory that processes hold for a document. None of them may be busy with it."""
        for process in self._idle:
            if process.document is document:
                process.document = None
                process.tell(Frame({"do": "close"}))

    async def _take(self, document: object) -> PdfProcess:
        self._processes = [process for process in self._processes if process.alive]
        self._idle = [process for process in self._idle if process.alive]
        for wanted in (document, None):
            for process in self._idle:
                if process.document is wanted:
                    self._idle.remove(process)
                    return await self._fresh(process)
        if self._held + len(self._idle) > self._count:
            return self._idle.pop(0)
        return await self._start()

    async def _fresh(self, process: PdfProcess) -> PdfProcess:
        """The process, or a new one in its place where earlier documents have left it with much memory."""
        if process.document is not None or process.taken_bytes < self._limits.max_pdf_memory_mib * MEBI / 2:
            return process
        await process.kill()
        return await self._start()

    async def _start(self) -> PdfProcess:
        process = await PdfProcess.start(self._limits)
        self._processes.append(process)
        return process


class RequestPdfs:
    """The PDFs of one request, and its pictures that workers do not decode.

    They are worked on one after the other, so that a hostile request takes one process.
    """

    def __init__(self, pool: PdfPool, limits: Limits) -> None:
        self._pool = pool
        self._turn = asyncio.Lock()
        self._max_pixels = limits.max_image_pixels

    @asynccontextmanager
    async def open(self, data: bytes) -> AsyncIterator["PdfDocument"]:
        """The document of a file, until the end of the `async with` statement; raises as `PdfProcess.ask` does."""
        document = PdfDocument(self._pool, self._turn, data, self._max_pixels)
        try:
            await document.open()
            yield document
        finally:
            self._pool.forget(document)

    async def decode(self, data: bytes) -> DecodedPicture:
        """A picture as a file that workers decode, see `decode_picture`; raises as `PdfProcess.ask` does."""
        request = Frame({"do": "decode", "max_pixels": self._max_pixels}, [data])
        async with self._turn, self._pool.hold(None) as process:
            process.document = None
            answer = await process.ask(request, "to decode", material=PICTURE)
        return DecodedPicture(answer.blobs[0], answer.fields["several"])

    async def write(self, files: Sequence[SourceFile]) -> bytes:
        """A searchable PDF, see `searchable_pdf`; raises as `PdfProcess.ask` does."""
        pages = await asyncio.to_thread(_pages_json, files)
        request = Frame({"do": "write"}, [pages, *(file.data for file in files)])
        count = sum(len(file.pages) for file in files)
        async with self._turn, self._pool.hold(None) as process:
            process.document = None
            (pdf,) = (await process.ask(request, "to write the answer", max(1, count))).blobs
        return pdf


class PdfDocument:
    """A PDF as the gateway has it: its bytes, and a process while one of its pages is drawn.

    Attributes:
        page_count: the number of its pages, once it is open.
    """

    def __init__(self, pool: PdfPool, turn: asyncio.Lock, data: bytes, max_pixels: int) -> None:
        self.page_count = 0
        self._pool = pool
        self._turn = turn
        self._request = Frame({"do": "open", "max_pixels": max_pixels}, [data])

    async def open(self) -> None:
        """Have a process open it, which tells whether that is possible and how many pages there are."""
        async with self._process():
            pass

    async def render(self, number: int, dpi: int) -> RenderedPage:
        """A page as a picture, see `OpenPdf.render`; raises as `PdfProcess.ask` does."""
        async with self._process() as process:
            answer = await process.ask(Frame({"do": "render", "page": number, "dpi": dpi}), f"to draw page {number}")
        return RenderedPage(answer.blobs[0], answer.fields["width"], answer.fields["height"])

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[PdfProcess]:
        async with self._turn, self._pool.hold(self) as process:
            if process.document is not self:
                process.document = None
                self.page_count = (await process.ask(self._request, "to be opened")).fields["pages"]
                process.document = self
            yield process


def _pages_json(files: Sequence[SourceFile]) -> bytes:
    # `vars` gives the fields of a dataclass's instance as a dictionary; `json` asks it at every depth.
    return json.dumps([list(file.pages) for file in files], default=vars).encode("ascii")
