"""Paddle Serving 0.9.0 as it ships, with PP-OCRv4: run by `python -m` with the arguments of `serve`.

Detection and recognition are those of its OCR example, by its own ops (paddle_serving_app.reader), in processes of
their own behind its own gateway, with oneDNN. There is no angle classifier, so it has less to do than ours. Like the
example it keeps a request's state on the op.
"""
# ruff: noqa: I001  # compat makes the imports after it possible

import base64
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

import pdserving.compat  # noqa: F401
import cv2
import numpy as np
from paddle_serving_app import reader
from paddle_serving_server.web_service import Op, WebService

from pdserving.config import load_settings
from pdserving.hardware.processor import usable_cores
from pdserving.models.stages import resolve_models
from pdserving.models.store import CHARACTERS_FILE

_PROFILE = "ppocrv4"
_INPUT_HEIGHT = 48  # pixels of the recogniser's input
_WIDEST_SIDE = 960  # pixels of the detector's input
_HANDLERS = 20  # gRPC threads

Answer = tuple[dict[str, Any], None, str]


class StockDetection(Op):  # type: ignore[misc]  # Paddle Serving is untyped
    """The op from a picture to its quads."""

    def init_op(self) -> None:
        """Prepare what the op needs, in its own process."""
        self._to_tensor = reader.Sequential(
            [
                reader.ResizeByFactor(32, _WIDEST_SIDE),
                reader.Div(255),
                reader.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
                reader.Transpose((2, 0, 1)),
            ]
        )
        decoding = {"thresh": 0.3, "box_thresh": 0.6, "max_candidates": 1000, "unclip_ratio": 1.5, "min_size": 3}
        self._to_quads = reader.DBPostProcess(decoding)
        self._not_tiny = reader.FilterBoxes(10, 10)

    def preprocess(
        self, input_dicts: dict[str, Any], data_id: int, log_id: int
    ) -> tuple[dict[str, Any], bool, None, str]:
        """The detector's tensor."""
        (request,) = input_dicts.values()
        self._file = base64.b64decode(request["image"])
        image = _decode(self._file)
        self._size = image.shape[:2]
        tensor = self._to_tensor(image)
        self._scale = [tensor.shape[1] / image.shape[0], tensor.shape[2] / image.shape[1]]
        return {"x": np.ascontiguousarray(tensor[np.newaxis])}, False, None, ""

    def postprocess(self, input_dicts: dict[str, Any], fetch: dict[str, Any], data_id: int, log_id: int) -> Answer:
        """The quads, and the file, which the next op decodes again."""
        (probability_map,) = fetch.values()
        quads = self._not_tiny(self._to_quads(probability_map, [self._scale])[0], self._size)
        return {"quads": quads, "file": self._file}, None, ""


class StockRecognition(Op):  # type: ignore[misc]  # Paddle Serving is untyped
    """The op from quads to text: all crops of a page in one batch, padded to the widest."""

    characters = ""  # the path of the character list, set before the op's process starts

    def init_op(self) -> None:
        """Prepare what the op needs, in its own process."""
        self._reader = reader.OCRReader(image_shape=[3, _INPUT_HEIGHT, 320], char_dict_path=self.characters)
        self._in_order, self._cut = reader.SortedBoxes(), reader.GetRotateCropImage()

    def preprocess(
        self, input_dicts: dict[str, Any], data_id: int, log_id: int
    ) -> tuple[dict[str, Any], bool, None, str]:
        """The recogniser's tensor; no inference for a page without text."""
        (page,) = input_dicts.values()
        image = _decode(page["file"])
        self._quads = self._in_order(page["quads"])
        if len(self._quads) == 0:
            return {}, True, None, ""
        crops = [self._cut(image, np.array(quad)) for quad in self._quads]
        aspects = [crop.shape[1] / crop.shape[0] for crop in crops]
        tensor = np.zeros((len(crops), 3, _INPUT_HEIGHT, int(_INPUT_HEIGHT * max(aspects))), np.float32)
        for row, crop, aspect in zip(tensor, crops, aspects, strict=True):
            width = min(tensor.shape[3], int(np.ceil(_INPUT_HEIGHT * aspect)))
            resized = cv2.resize(crop, (width, _INPUT_HEIGHT)).transpose(2, 0, 1)
            row[:, :, :width] = (resized / 255 - 0.5) / 0.5
        return {"x": tensor}, False, None, ""

    def postprocess(self, input_dicts: dict[str, Any], fetch: dict[str, Any], data_id: int, log_id: int) -> Answer:
        """The lines in the form of our answers, so that one client reads both."""
        texts: list[tuple[str, float]] = []
        for scores in fetch.values():
            texts = self._reader.label_ops.decode(scores.argmax(2), scores.max(2), is_remove_duplicate=True)
        lines = [
            [[text, float(score)], np.array(quad).tolist()]
            for (text, score), quad in zip(texts, self._quads, strict=False)
        ]
        return {"result": json.dumps(lines)}, None, ""


class StockService(WebService):  # type: ignore[misc]  # Paddle Serving is untyped
    """The DAG, det ► rec."""

    def get_pipeline_response(self, read_op: Op) -> Op:
        """The last op."""
        return StockRecognition(name="rec", input_ops=[StockDetection(name="det", input_ops=[read_op])])


def _decode(file: bytes) -> Any:
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)


def _op(folder: Path) -> dict[str, Any]:
    predictor = {
        "client_type": "local_predictor",
        "model_config": str(folder),
        "device_type": 0,
        "devices": "",
        "ir_optim": True,
        "use_mkldnn": True,
        "thread_num": usable_cores(),
    }
    return {"concurrency": 1, "timeout": -1, "retry": 1, "local_service_conf": predictor}


def serve(http_port: int, rpc_port: int, models_dir: Path, config: Path) -> None:
    """Serve until killed."""
    # On a dense page it asks for tens of gigabytes. By this bound it gets an error, and nothing else is killed.
    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    resource.setrlimit(resource.RLIMIT_DATA, (half, half))
    models = resolve_models(load_settings(config, [f"profile={_PROFILE}", f"models_dir={models_dir}"]))
    StockRecognition.characters = str(models.rec.folder.parent / CHARACTERS_FILE)
    service = StockService(name="ocr")
    conf = {
        "rpc_port": rpc_port,
        "http_port": http_port,
        "worker_num": _HANDLERS,
        "build_dag_each_worker": False,
        "dag": {"is_thread_op": False, "retry": 1, "use_profile": False, "tracer": {"interval_s": -1}},
        "op": {"det": _op(models.det.folder), "rec": _op(models.rec.folder)},
    }
    service.prepare_pipeline_config(yml_dict=conf)
    service.run_service()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
