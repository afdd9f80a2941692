"""The PDF process: `python -m pdserving.gateway.pdf` answers the requests on standard input until that ends.

It holds one document at a time, and decodes the pictures that workers do not. Its answers go to the standard output
that it was started with; what libraries print goes nowhere.
"""

import ctypes
import json
import logging
import os
import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2

from ocr_ops.errors import OcrError
from pdserving.documents.pdf_input import OpenPdf
from pdserving.documents.picture_input import decode_picture
from pdserving.documents.searchable_pdf import searchable_pdf
from pdserving.documents.source import DocumentPage, SourceFile
from pdserving.errors import RequestError
from pdserving.gateway.pdf.frames import Frame, decode, encode
from pdserving.page_answer import PageAnswer

_STDIN, STDOUT, _STDERR = 0, 1, 2
_PR_SET_PDEATHSIG = 1
# PDFium silently leaves out a picture for which it gets no memory. It asks for 2 GiB at most at a time
# (kMallocSizeLimit in core/fxcrt/fx_memory.h). So with this room above the limit it gets all it asks for. The limit
# itself is kept by the gateway, which looks at what the process has taken; this bound holds when the gateway is late.
_ROOM_BYTES = 2 << 30


class Session:
    """Answers requests, one after the other, and holds the document that they are about."""

    def __init__(self) -> None:
        self._document: OpenPdf | None = None

    def answer(self, request: Frame) -> Frame | None:
        """The answer to a request, None for `close`.

        Raises:
            RequestError: the document is broken, protected, empty, or its page too large.
            OcrError: the picture is broken or too large.
        """
        fields = request.fields
        match fields["do"]:
            case "open":
                self._close()
                self._document = OpenPdf(request.blobs[0], fields["max_pixels"])
                return Frame({"pages": self._document.page_count})
            case "render" if self._document is not None:
                page = self._document.render(fields["page"], fields["dpi"])
                return Frame({"width": page.width, "height": page.height}, [page.image])
            case "decode":
                self._close()
                picture = decode_picture(request.blobs[0], fields["max_pixels"])
                return Frame({"several": picture.several}, [picture.image])
            case "write":
                self._close()
                pages, *files = request.blobs
                return Frame({}, [searchable_pdf(_sources(files, json.loads(pages)))])
            case "close":
                self._close()
                return None
        raise ValueError(f"{fields} is no request")

    def _close(self) -> None:
        if self._document is not None:
            self._document.close()
            self._document = None


def main() -> None:
    """Answer until standard input ends."""
    _end_with_the_parent()
    logging.disable()
    cv2.setNumThreads(1)
    most_bytes, memory_fd = map(int, sys.argv[1:])
    _bound_memory(most_bytes)
    answers = os.fdopen(os.dup(STDOUT), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.dup2(nowhere, _STDERR)
    session = Session()
    answers.write(encode(Frame({"ready": True}), memory_fd))
    with open(_STDIN, "rb", closefd=False) as requests:
        while line := requests.readline():
            answer = _answer(session, decode(line, memory_fd, sys.maxsize))
            if answer is not None:
                answers.write(encode(answer, memory_fd))


def _answer(session: Session, request: Frame) -> Frame | None:
    try:
        return session.answer(request)
    except MemoryError:
        return Frame({"memory": True})
    except (RequestError, OcrError) as error:
        return Frame({"error": error.code, "message": str(error)})
    except Exception:
        return Frame({"fault": traceback.format_exc()})


def _end_with_the_parent() -> None:
    # These signals stop the whole service; it is the gateway that stops this process.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    # For a gateway that dies while a page is being drawn. At other times the end of standard input tells of it.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _bound_memory(most_bytes: int) -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    bound = mapped + most_bytes + _ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sources(files: Sequence[bytes], pages: Sequence[Any]) -> list[SourceFile]:
    return [SourceFile(data, [_page(tree) for tree in trees]) for data, trees in zip(files, pages, strict=True)]


def _page(tree: dict[str, Any]) -> DocumentPage:
    return DocumentPage(**{**tree, "answer": PageAnswer.from_tree(tree["answer"])})


if __name__ == "__main__":
    main()
