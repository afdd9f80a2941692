"""Whether a picture may be computed, after what has come of it before."""

from pdserving.errors import PictureKillsWorkersError
from pdserving.supervision.journal import Subject
from pdserving.supervision.strikes import REFUSED, SUSPECT, Strikes, digest_of


class Trial:
    """Of one request's picture.

    Args:
        strikes: what workers died of; None where nobody keeps count.
    """

    def __init__(self, strikes: Strikes | None = None) -> None:
        self._strikes = strikes
        self._subject: Subject | None = None

    def admit(self, encoded: bytes) -> Subject | None:
        """What the journal calls the picture; None where nobody keeps count.

        Raises:
            PictureKillsWorkersError: it has killed a worker, and then another while it was computed alone.
        """
        if self._strikes is None:
            return None
        digest = digest_of(encoded)
        strikes = self._strikes.of(digest)
        if strikes == REFUSED:
            raise PictureKillsWorkersError(
                "the picture is refused: the worker process that computed it ended unexpectedly, and so did the next "
                "one, which computed nothing else at that time; the service accepts it again after a restart"
            )
        self._subject = Subject(digest, strikes == SUSPECT)
        return self._subject

    def acquit(self) -> None:
        """Note that the picture came through, with an answer or with an error in order."""
        if self._strikes is not None and self._subject is not None and self._subject.suspect:
            self._strikes.acquit(self._subject.digest)
