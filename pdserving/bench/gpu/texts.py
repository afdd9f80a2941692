"""The text that services read, and how much of it is equal."""

import itertools
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher

from pdserving.bench.asking import RefusedError, read_pictures
from pdserving.bench.gpu.variant import CPU
from pdserving.bench.http_client import HttpClient
from pdserving.bench.task import Task
from pdserving.bench.verdict import Verdict

_EQUAL_PERCENT = 99.5
"""The share of lines that a GPU must read as the CPU does. It sums in another order, which may tip a close decision."""

Lines = list[str]
Answers = list[list[Lines]]
"""The lines of every answer to each picture."""


@dataclass(frozen=True)
class Difference:
    """An answer whose lines are not the expected ones."""

    picture: str
    expected: Lines
    found: Lines


def read_answers(port: int, task: Task, passes: int = 1) -> Answers:
    """The lines that a service reads in the task's pictures, asked by the largest number of clients of the task.

    Args:
        port: the service's HTTP port.
        task: pictures and clients.
        passes: how often each picture is asked for at least; it may be more, so that every client asks.

    Raises:
        ContenderError: it does not answer.
    """
    names = [picture.name for picture in task.pictures]
    requests = HttpClient.prepare(read_pictures(task.pictures))
    most = max(task.clients)
    passes = max(passes, math.ceil(most / len(names)))
    clients = [HttpClient(port, names, requests) for _ in range(most)]
    answers: Answers = [[] for _ in names]

    def work(number: int) -> None:
        for index in itertools.islice(itertools.cycle(range(len(names))), number, passes * len(names), most):
            answers[index].append(_lines(clients[number], index))

    try:
        with ThreadPoolExecutor(most) as threads:
            list(threads.map(work, range(most)))
    finally:
        for client in clients:
            client.close()
    return answers


def _lines(client: HttpClient, index: int) -> Lines:
    try:
        return client.read(index)
    except RefusedError:
        return []


def equal_lines(expected: Sequence[str], found: Sequence[str]) -> int:
    """The number of lines that are equal and in the same order."""
    blocks = SequenceMatcher(None, expected, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def equal_percent(expected: Answers, found: Answers) -> float | None:
    """The share of lines, in per cent, that every answer has in common with the first expected one of its picture.

    A line too many counts as one that is missing. None without any line.
    """
    equal = lines = 0
    for (reference, *_), answers in zip(expected, found, strict=True):
        for answer in answers:
            equal += equal_lines(reference, answer)
            lines += max(len(reference), len(answer))
    return 100 * equal / lines if lines else None


def differences(names: Sequence[str], expected: Answers, found: Answers) -> list[Difference]:
    """The answers that differ; equal ones to the same picture are told once."""
    return [
        Difference(name, reference, answer)
        for name, (reference, *_), answers in zip(names, expected, found, strict=True)
        for answer in (list(kind) for kind in dict.fromkeys(map(tuple, answers)))
        if answer != reference
    ]


def judge(names: Sequence[str], answers: Mapping[str, Answers]) -> list[Verdict]:
    """The verdicts whether the contenders of these names read what the CPU reads."""
    verdicts = []
    for name in names:
        both = CPU in answers and name in answers
        share = equal_percent(answers[CPU], answers[name]) if both else None
        verdicts.append(Verdict(f"{name}: lines as on the {CPU.upper()}", share, _EQUAL_PERCENT, 100, unit="%"))
    return verdicts
