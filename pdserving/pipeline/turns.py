"""What the compute threads work on: pictures side by side, suspects alone, and all of it in the journal."""

import threading
from collections.abc import Sequence

from pdserving.supervision.journal import Journal, Subject


class Turns:
    """The turns of the compute threads, of which each has one at a time.

    Args:
        journal: where what is computed is noted; None: nowhere.
    """

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal
        self._changed = threading.Condition(threading.Lock())
        self._going_on: dict[int, bool] = {}  # by thread, whether with a suspect
        self._alone = False
        self._suspects = 0  # that wait to be alone; who comes after them waits too

    def begin(self, thread: int, subjects: Sequence[Subject]) -> None:
        """Begin a thread's turn. A suspect waits until nothing else is computed, the others until no suspect is."""
        suspect = any(subject.suspect for subject in subjects)
        with self._changed:
            if suspect:
                self._suspects += 1
                while self._going_on:
                    self._changed.wait()
                self._suspects -= 1
                self._alone = True
            else:
                while self._alone or self._suspects:
                    self._changed.wait()
            self._going_on[thread] = suspect
        if self._journal is not None:
            self._journal.enter(thread, subjects)

    def end(self, thread: int) -> None:
        """End a thread's turn."""
        if self._journal is not None:
            self._journal.leave(thread)
        with self._changed:
            if self._going_on.pop(thread):
                self._alone = False
                self._changed.notify_all()
            elif self._suspects:
                self._changed.notify_all()
