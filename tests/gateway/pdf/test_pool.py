"""The pool, with real processes and without a service."""

import asyncio
import io
import signal
import time
from collections.abc import Awaitable, Callable

import pikepdf
import psutil
import pytest
from PIL import Image

from ocr_ops.errors import ImageBrokenError
from pdserving.config.schema import Limits
from pdserving.documents.pdf_input import OpenPdf
from pdserving.documents.picture_input import decode_picture
from pdserving.documents.searchable_pdf import searchable_pdf
from pdserving.documents.source import RenderedPage, SourceFile
from pdserving.errors import AnsweredError, PdfTooComplexError
from pdserving.gateway.deadline import Deadline, current_deadline
from pdserving.gateway.pdf.frames import Frame
from pdserving.gateway.pdf.pool import PdfPool, RequestPdfs
from pdserving.gateway.pdf.process import PICTURE, PdfProcess
from tests.support.documents import box, file_of, line, page, pdf_of, shown, written
from tests.support.image_files import blank_png
from tests.support.running import children_that_run

pytestmark = pytest.mark.service

LIMITS = Limits(pdf_processes=1)
THREE = pdf_of(*(written(f"Page {number}") for number in (1, 2, 3)))


NOISE = Image.effect_noise((3000, 3000), 100)  # it takes a while to decode


def with_pool(work: Callable[[RequestPdfs, RequestPdfs], Awaitable[None]], limits: Limits = LIMITS) -> None:
    """Run something for two requests."""

    async def run() -> None:
        current_deadline.set(Deadline(time.monotonic() + 600, 600, "of a test"))
        async with PdfPool(limits) as pool:
            await work(RequestPdfs(pool, limits), RequestPdfs(pool, limits))

    asyncio.run(run())


def drawn(data: bytes, number: int) -> RenderedPage:
    with OpenPdf(data, LIMITS.max_image_pixels) as pdf:
        return pdf.render(number, 100)


def test_documents_of_two_requests_take_turns_at_a_process() -> None:
    other = pdf_of(b"10 10 90 90 re f", b"", size=(300, 200))

    async def work(first: RequestPdfs, second: RequestPdfs) -> None:
        async with first.open(THREE) as three, second.open(other) as two:
            assert (three.page_count, two.page_count) == (3, 2)
            wanted = [(three, 1), (two, 1), (two, 2), (three, 3), (three, 2), (two, 1)]
            pages = await asyncio.gather(*(document.render(number, 100) for document, number in wanted))
        for (document, number), found in zip(wanted, pages, strict=True):
            assert found == drawn(THREE if document is three else other, number)

    with_pool(work)


def test_what_is_wrong_with_a_document_or_page_is_told_and_the_process_goes_on() -> None:
    async def work(first: RequestPdfs, second: RequestPdfs) -> None:
        with pytest.raises(AnsweredError, match="structure cannot be read") as broken:
            async with first.open(b"%PDF-1.7 junk"):
                pass
        assert broken.value.code == "pdf_broken"
        async with second.open(pdf_of(b"", size=(14_000, 14_000))) as large:
            with pytest.raises(AnsweredError, match="about 36 dpi would fit") as caught:
                await large.render(1, 600)
            assert caught.value.code == "image_too_large"
            assert (await large.render(1, 36)).width == 7000

    with_pool(work)


def test_a_searchable_pdf_is_what_it_would_be_without_a_process() -> None:
    lines = [line("größer 图", box(20, 20, 200, 30)), line(None, box(20, 60, 90, 30), angle=None, score=None)]
    files = [SourceFile(THREE, [page(lines, number, "a.pdf", 150) for number in (1, 3)])]
    files.append(SourceFile(blank_png((1000, 1400)), [page(lines[:1])]))

    async def work(first: RequestPdfs, second: RequestPdfs) -> None:
        async with first.open(THREE) as document:
            written_by_process = await second.write(files)
            assert (await document.render(2, 100)) == drawn(THREE, 2)
        assert normal(written_by_process) == normal(searchable_pdf(files))

    with_pool(work)


def test_a_picture_that_is_damaged_or_too_large_is_told_and_the_process_goes_on() -> None:
    sound = file_of("GIF", shown("a"))

    async def work(first: RequestPdfs, second: RequestPdfs) -> None:
        for data, code in ((sound[:200], "image_broken"), (_with_size(sound, 60_000), "image_too_large")):
            with pytest.raises(AnsweredError) as caught:
                await first.decode(data)
            assert caught.value.code == code
        async with second.open(THREE) as document:
            assert await first.decode(sound) == decode_picture(sound, LIMITS.max_image_pixels)
            assert (await document.render(1, 100)) == drawn(THREE, 1)

    with_pool(work)


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    limits = Limits(pdf_processes=1, pdf_timeout_s=0.2)

    async def work(first: RequestPdfs, second: RequestPdfs) -> None:
        with pytest.raises(PdfTooComplexError) as caught:
            await first.decode(file_of("JPEG2000", NOISE))
        assert str(caught.value) == (
            "the picture takes more than pdf_timeout_s allows (0.2 s) to decode; "
            "accepted: a smaller picture, or the same as JPEG or PNG"
        )

    with_pool(work, limits)


def test_a_picture_over_which_the_process_crashes_is_broken() -> None:
    async def work() -> None:
        process = await PdfProcess.start(LIMITS)
        request = Frame({"do": "decode", "max_pixels": LIMITS.max_image_pixels}, [file_of("JPEG2000", NOISE)])
        asked = asyncio.create_task(process.ask(request, "to decode", material=PICTURE))
        await asyncio.sleep(0.2)
        (reader,) = children_that_run("pdserving.gateway.pdf", psutil.Process())
        reader.send_signal(signal.SIGSEGV)
        with pytest.raises(ImageBrokenError, match=r"the picture is broken: its reader failed to decode \(SIGSEGV\)"):
            await asked

    asyncio.run(work())


def _with_size(gif: bytes, side: int) -> bytes:
    return gif[:6] + side.to_bytes(2, "little") * 2 + gif[10:]


def normal(data: bytes) -> bytes:
    """A PDF without what is new in each file."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.trailer.ID
        pdf.save(file, static_id=True)
    return file.getvalue()
