"""One PDF process, seen from the gateway: how it starts, answers, and is killed when it takes too much."""

import asyncio
import os
import resource
import signal
import sys
import weakref
from dataclasses import dataclass
from pathlib import Path

from ocr_ops.errors import ImageBrokenError
from pdserving.config.schema import MEBI, Limits
from pdserving.errors import (
    ERRORS,
    AnsweredError,
    ClientError,
    PdfBrokenError,
    PdfReaderLostError,
    PdfTooComplexError,
)
from pdserving.gateway.pdf.frames import Frame, decode, encode

_MODULE = "pdserving.gateway.pdf"
_START_TIMEOUT_S = 60
_LOOK_S = 0.02  # how often its memory is looked at; a fast machine fills 100 MiB in that time
_MAX_LINE = 1 << 20  # bytes
_AS_OTHERS = "a smaller picture, or the same as JPEG or PNG"
# Threads of libraries that have nothing to compute here would only take address space.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Material:
    """What a process is given, for the messages of errors.

    Attributes:
        noun: what it is.
        broken: the error of one over which the process crashes.
        simpler: what is accepted in the place of one that takes too much time.
        smaller: what is accepted in the place of one that takes too much memory.
    """

    noun: str
    broken: type[ClientError]
    simpler: str
    smaller: str


_PDF = Material("the PDF", PdfBrokenError, "simpler pages", "simpler pages, or a lower dpi")
PICTURE = Material("the picture", ImageBrokenError, _AS_OTHERS, _AS_OTHERS)


class PdfProcess:
    """A process that is ready, made by `start`. It is killed after an error of time or memory: see `alive`.

    Attributes:
        document: the document that it holds; its owner notes it here.
    """

    def __init__(self, process: asyncio.subprocess.Process, memory_fd: int, limits: Limits) -> None:
        self.document: object = None
        self._memory_fd = memory_fd
        # Not closed by `kill`: a thread may still be reading there.
        weakref.finalize(self, os.close, memory_fd)
        self._process = process
        # Both are there: `start` asks for pipes.
        self._pipe_in: asyncio.StreamWriter = process.stdin  # type: ignore[assignment]
        self._pipe_out: asyncio.StreamReader = process.stdout  # type: ignore[assignment]
        self._max_bytes = limits.max_pdf_memory_mib * MEBI
        self._timeout_s = limits.pdf_timeout_s
        self._killed = False
        self._statm = Path(f"/proc/{process.pid}/statm")

    @classmethod
    async def start(cls, limits: Limits) -> "PdfProcess":
        """Start a process.

        Raises:
            PdfReaderLostError: it does not start.
        """
        memory_fd = os.memfd_create("pdf")
        try:
            # In the gateway's process group, so that what ends the gateway ends it too.
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                _MODULE,
                str(limits.max_pdf_memory_mib * MEBI),
                str(memory_fd),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                pass_fds=[memory_fd],
                limit=_MAX_LINE,
                env={**os.environ, **_ENVIRONMENT},
            )
        except OSError as error:
            os.close(memory_fd)
            raise PdfReaderLostError(f"no process could be started for the PDF: {error.strerror}") from error
        made = cls(process, memory_fd, limits)
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                await made._receive()
        except (EOFError, TimeoutError):
            await made.kill()
            raise PdfReaderLostError("the process for the PDF did not start") from None
        except BaseException:
            await made.kill()
            raise
        return made

    @property
    def alive(self) -> bool:
        """Whether the process can be asked."""
        # A process that has just been killed has no memory any more, but no status yet.
        return not self._killed and self._process.returncode is None and self.taken_bytes > 0

    @property
    def taken_bytes(self) -> int:
        """Bytes of memory that the process and its libraries have taken; 0 where it has ended."""
        try:
            return int(self._statm.read_text().split()[1]) * resource.getpagesize()
        except (OSError, IndexError):
            return 0

    async def ask(self, request: Frame, what: str, parts: int = 1, material: Material = _PDF) -> Frame:
        """The answer of the process. Where there is none, or nobody waits for it any more, the process is killed.

        Args:
            request: a request, as `Session.answer` in `pdserving.gateway.pdf.__main__` takes it.
            what: what is being done, for messages, such as `to draw page 3`.
            parts: the number of parts of the work, each of which may take `pdf_timeout_s`.
            material: what it is done with.

        Raises:
            PdfTooComplexError: the process takes more than `pdf_timeout_s` or `max_pdf_memory_mib`.
            PdfBrokenError: the process crashed; the material may name another error.
            PdfReaderLostError: somebody else killed the process.
            AnsweredError: the process found something wrong with the document.
        """
        try:
            answer = await self._bounded(request, what, self._timeout_s * parts, material)
        except BaseException:
            await self.kill()
            raise
        if "fault" in answer.fields:
            raise RuntimeError(f"the PDF process failed:\n{answer.fields['fault']}")
        if "error" in answer.fields:
            raise AnsweredError(ERRORS[answer.fields["error"]], answer.fields["message"])
        return answer

    def tell(self, request: Frame) -> None:
        """Send a request that has no answer and no blobs."""
        self._pipe_in.write(encode(request, self._memory_fd))

    async def kill(self) -> None:
        """End the process at once."""
        self._killed = True
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _bounded(self, request: Frame, what: str, timeout_s: float, material: Material) -> Frame:
        exchange = asyncio.create_task(self._exchange(request))
        try:
            async with asyncio.timeout(timeout_s):
                while not exchange.done():
                    await asyncio.wait([exchange], timeout=_LOOK_S)
                    if self.taken_bytes > self._max_bytes:
                        raise self._too_much(what, material)
            answer = exchange.result()
        except TimeoutError:
            raise PdfTooComplexError(
                f"{material.noun} takes more than pdf_timeout_s allows ({timeout_s:g} s) {what}; "
                f"accepted: {material.simpler}"
            ) from None
        except ValueError:  # the answer has more bytes than the process may take
            raise self._too_much(what, material) from None
        except (EOFError, OSError):
            raise await self._ended(what, material) from None
        finally:
            exchange.cancel()
        if "memory" in answer.fields:
            raise self._too_much(what, material)
        return answer

    async def _exchange(self, request: Frame) -> Frame:
        self._pipe_in.write(await asyncio.to_thread(encode, request, self._memory_fd))
        await self._pipe_in.drain()
        return await self._receive()

    async def _receive(self) -> Frame:
        line = await self._pipe_out.readline()
        return await asyncio.to_thread(decode, line, self._memory_fd, self._max_bytes)

    def _too_much(self, what: str, material: Material) -> PdfTooComplexError:
        most = self._max_bytes // MEBI
        return PdfTooComplexError(
            f"{material.noun} takes more memory than max_pdf_memory_mib allows ({most} MiB) {what}; "
            f"accepted: {material.smaller}"
        )

    async def _ended(self, what: str, material: Material) -> ClientError:
        status = await self._process.wait()
        # No file can make a process end by this signal.
        if status == -signal.SIGKILL:
            return PdfReaderLostError(f"the process that had {material.noun} was killed; send it again")
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        return material.broken(f"{material.noun} is broken: its reader failed {what} ({how})")
