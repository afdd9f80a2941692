"""What fuzzing starts from: the corpus's files, and a few requests of each protocol."""

import base64
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pdserving.protocol import Request, Tensor
from tests.corpus.make import FILES
from tests.fuzz.targets import BOUNDARY

PICTURE = (FILES / "one_bit.png").read_bytes()
DECODED = {".gif", ".avif", ".heic", ".jp2", ".j2k"}
BASE64 = base64.b64encode(PICTURE).decode()


def seeds(name: str) -> list[bytes]:
    """The seeds of a target."""
    match name:
        case "image" | "image_header" | "picture_pdf":
            return [path.read_bytes() for path in sorted(FILES.iterdir()) if path.suffix != ".pdf"]
        case "tiff_pages":
            return [path.read_bytes() for path in sorted(FILES.glob("*.tif"))]
        case "decoded_picture":
            return [path.read_bytes() for path in sorted(FILES.iterdir()) if path.suffix in DECODED]
        case "pdf":
            return [path.read_bytes() for path in sorted(FILES.glob("*.pdf"))]
        case "base64_text":
            texts = [BASE64, f"data:image/png;base64,{BASE64}", "-_-_", "QQ", "QUI=\n", "data:,", "=", "Q"]
            return [text.encode() for text in texts]
        case "message":
            return [message.SerializeToString() for message in _messages()]
        case "tensor":
            arrays: list[NDArray[Any]] = [np.frombuffer(PICTURE, np.uint8), np.zeros((2, 2)), np.array(["a"])]
            return [PICTURE, *(_saved(array) for array in arrays)]
        case "pipeline_json":
            pairs = [{"image": BASE64}, {"image": BASE64, "rec.drop_score": "0.3", "answer": "page"}, {}]
            return [json.dumps({"key": [*pair], "value": [*pair.values()]}).encode() for pair in pairs]
        case "hub_json":
            return [json.dumps({"images": images}).encode() for images in ([BASE64], ["QQ==", "data:,QQ"], [])]
        case "form":
            return _forms()
        case "page_range":
            return [b"1-3,7", b" 2 - 3 ", b"9", b"0", b"3-1", b""]
    raise ValueError(name)


def _messages() -> Sequence[Request]:
    numbers = Tensor(name="image", elem_type=7, uint32_data=PICTURE[:40])
    text = Tensor(name="image", elem_type=12, str_data=[BASE64])
    data = Tensor(name="image", elem_type=13, byte_data=PICTURE, shape=[len(PICTURE)])
    return [
        Request(key=["image", "det.thresh"], value=[BASE64, "0.4"], name="ocr", logid=7),
        *(Request(tensors=[tensor], key=["cls.enabled"], value=["false"]) for tensor in (numbers, text, data)),
    ]


def _saved(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _forms() -> list[bytes]:
    part = b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc\r\n'
    field = b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="dpi"\r\n\r\n150\r\n'
    end = b"--" + BOUNDARY + b"--\r\n"
    return [part + end, part + field + end, field + part, part * 3 + end]
