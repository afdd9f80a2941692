"""What the compute threads work on: pictures side by side, suspects alone, and all of it in the journal."""

import threading

from pdserving.supervision.journal import Journal, Subject


class Turns:
    """One turn of each thread at a time.

    Attributes:
        journal: where what is computed is noted, once there is one.
    """

    def __init__(self) -> None:
        self.journal: Journal | None = None
        self._changed = threading.Condition(threading.Lock())
        self._going_on: dict[int, Subject | None] = {}
        self._alone = False
        self._suspects = 0  # that wait to be alone; who comes after them waits too

    def begin(self, thread: int, subject: Subject | None) -> None:
        """Begin a thread's turn; waits until what is suspect, or must not be beside it, may be computed."""
        with self._changed:
            if subject is not None and subject.suspect:
                self._suspects += 1
                while self._going_on:
                    self._changed.wait()
                self._suspects -= 1
                self._alone = True
            else:
                while self._alone or self._suspects:
                    self._changed.wait()
            self._going_on[thread] = subject
        if self.journal is not None and subject is not None:
            self.journal.enter(thread, subject)

    def end(self, thread: int) -> None:
        """End a thread's turn, if it has one."""
        if thread not in self._going_on:
            return
        if self.journal is not None:
            self.journal.leave(thread)
        with self._changed:
            subject = self._going_on.pop(thread)
            if subject is not None and subject.suspect:
                self._alone = False
                self._changed.notify_all()
            elif self._suspects:
                self._changed.notify_all()
