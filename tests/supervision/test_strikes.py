"""What a worker computed when it died, and what follows for those pictures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdserving.supervision import strikes as strikes_module
from pdserving.supervision.journal import Journal, Subject, take_journal
from pdserving.supervision.strikes import REFUSED, SUSPECT, Strikes, digest_of, strike_after_death

ONE, OTHER = digest_of(b"one"), digest_of(b"other")

DYING = """
import os, signal, sys
from pathlib import Path
from pdserving.supervision.journal import Journal, Subject
journal = Journal(Path(sys.argv[1]), 3, 2)
journal.enter(0, [Subject(b"a" * 16)])
journal.enter(1, [Subject(b"b" * 16), Subject(b"d" * 16)])
journal.enter(2, [Subject(b"c" * 16, suspect=True)])
journal.leave(0)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_journal_of_a_killed_process_tells_what_it_computed_and_is_gone_then(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", DYING, str(tmp_path)])
    process.wait(60)
    assert take_journal(tmp_path, process.pid) == [
        Subject(b"b" * 16),
        Subject(b"d" * 16),
        Subject(b"c" * 16, True),
    ]
    assert take_journal(tmp_path, process.pid) == []
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_ends_in_order_leaves_no_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 1)
    journal.enter(0, [Subject(ONE)])
    journal.discard()
    assert take_journal(tmp_path, os.getpid()) == []


def test_who_was_beside_is_suspect_however_often_and_who_was_alone_is_refused(tmp_path: Path) -> None:
    strikes = Strikes(tmp_path)
    assert strikes.of(ONE) == 0
    for _ in range(3):
        strikes.add(Subject(ONE))
        assert strikes.of(ONE) == SUSPECT
    strikes.add(Subject(ONE, suspect=True))
    assert strikes.of(ONE) == REFUSED
    strikes.add(Subject(ONE))
    assert strikes.of(ONE) == REFUSED
    assert strikes.of(OTHER) == 0


def test_a_suspect_is_acquitted_and_one_that_is_refused_is_not(tmp_path: Path) -> None:
    strikes = Strikes(tmp_path)
    strikes.add(Subject(ONE))
    strikes.add(Subject(OTHER, suspect=True))
    for digest in (ONE, OTHER, digest_of(b"unknown")):
        strikes.acquit(digest)
    assert (strikes.of(ONE), strikes.of(OTHER)) == (0, REFUSED)


def test_a_death_strikes_all_that_was_computed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 2)
    journal.enter(0, [Subject(ONE)])
    journal.enter(1, [Subject(OTHER)])
    strike_after_death(tmp_path, os.getpid())
    assert (Strikes(tmp_path).of(ONE), Strikes(tmp_path).of(OTHER)) == (SUSPECT, SUSPECT)


def test_the_pictures_that_are_remembered_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strikes_module, "_MOST", 5)
    strikes = Strikes(tmp_path)
    digests = [digest_of(bytes([number])) for number in range(8)]
    for number, digest in enumerate(digests):
        strikes.add(Subject(digest))
        os.utime(tmp_path / "strikes" / digest.hex(), (number, number))
    assert [strikes.of(digest) for digest in digests[4:]] == [SUSPECT] * 4
    assert sum(strikes.of(digest) for digest in digests) == 5
