"""The worst lines of each category as an HTML page, for whoever wants to see why."""

import base64
import html
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pdserving.bench.accuracy.judging import Judgement, MisreadLine

_LINES = 10  # of each category
_MARGIN = 8  # pixels around a line
_WIDEST, _HIGHEST = 900, 300  # pixels of a picture in the page

_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 15px/1.4 sans-serif; margin: 2em; color: #222 }}
figure {{ margin: 0 0 1.2em }} img {{ border: 1px solid #bbb; max-width: 100% }}
figcaption {{ white-space: pre-wrap }} small {{ color: #666 }}
</style>
<h1>{title}</h1>
"""


def write_worst_lines(title: str, judgement: Judgement, path: Path) -> None:
    """Write the page: the line's part of the picture, what it says, what was read, and how many edits lie between."""
    parts = [_HEAD.format(title=html.escape(title))]
    for category, misread in judgement.misread.items():
        counts = judgement.counts[category]
        parts.append(f"<h2>{html.escape(category)}</h2>\n<p>{len(misread)} of {counts.lines} lines are misread.</p>\n")
        parts += [_figure(line) for line in misread[:_LINES]]
    path.write_text("".join(parts), encoding="utf-8")


def _figure(line: MisreadLine) -> str:
    file = cv2.imencode(".png", _part(line))[1].tobytes()
    read = line.read
    return (
        f'<figure><img alt="" src="data:image/png;base64,{base64.b64encode(file).decode("ascii")}">\n'
        f"<figcaption>is: {html.escape(read.line.text)}\nread: {html.escape(read.read) or '<i>nothing</i>'}\n"
        f"<small>{read.edits} edits, {html.escape(line.picture.name)}</small></figcaption></figure>\n"
    )


def _part(line: MisreadLine) -> NDArray[np.uint8]:
    image = _picture(line.picture)
    points = np.array(line.read.line.quad)
    left, top = np.maximum(points.min(axis=0).astype(int) - _MARGIN, 0)
    right, bottom = points.max(axis=0).astype(int) + _MARGIN + 1
    part = image[top:bottom, left:right]
    scale = min(_WIDEST / part.shape[1], _HIGHEST / part.shape[0], 1)
    return cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)


@lru_cache(maxsize=4)
def _picture(path: Path) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    return np.zeros((1, 1, 3), np.uint8) if image is None else image.astype(np.uint8)
