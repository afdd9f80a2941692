"""The text that services read, and how much of it is equal."""

import itertools
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher

from pdserving.bench.asking import RefusedError, read_pictures
from pdserving.bench.gpu.subject import CPU
from pdserving.bench.http_client import HttpClient
from pdserving.bench.job import Job
from pdserving.bench.verdict import Verdict

_EQUAL_PERCENT = 99.5
"""Of the lines, which a GPU must read as the CPU does: what is summed up in another order may tip a close decision."""

Lines = list[str]
Answers = list[list[Lines]]
"""Of each picture, the lines of every answer."""


@dataclass(frozen=True)
class Difference:
    """An answer that is not the expected one."""

    picture: str
    expected: Lines
    found: Lines


def read_answers(port: int, job: Job, passes: int = 1) -> Answers:
    """The lines of the job's pictures as a service answers them to as many clients at a time as the job has at most.

    Args:
        port: its HTTP port.
        job: pictures and clients.
        passes: how often each picture is asked for at least; as often as it takes for every client to ask.

    Raises:
        ContenderError: it does not answer.
    """
    names = [picture.name for picture in job.pictures]
    requests = HttpClient.prepare(read_pictures(job.pictures))
    most = max(job.clients)
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
    """How many lines are equal and in the same order."""
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
    """The answers that differ, each kind of a picture once."""
    return [
        Difference(name, reference, answer)
        for name, (reference, *_), answers in zip(names, expected, found, strict=True)
        for answer in (list(kind) for kind in dict.fromkeys(map(tuple, answers)))
        if answer != reference
    ]


def judge(names: Sequence[str], answers: Mapping[str, Answers]) -> list[Verdict]:
    """For each contender of these names, whether it reads as the CPU does."""
    verdicts = []
    for name in names:
        both = CPU in answers and name in answers
        share = equal_percent(answers[CPU], answers[name]) if both else None
        verdicts.append(Verdict(f"{name}: lines as on the {CPU.upper()}", share, _EQUAL_PERCENT, 100, unit="%"))
    return verdicts
