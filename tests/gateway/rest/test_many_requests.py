"""Many requests at once."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.drawing import drawn_png
from tests.support.rest import read
from tests.support.running import Service


def test_many_requests_at_once_get_their_own_results(service: Service) -> None:
    def one(number: int) -> None:
        names = [f"{number}-{index}.png" for index in range(1 + number % 3)]
        files = [(name, drawn_png({(30, 20): f"Ticket {name[:-4]}"}, (360, 80))) for name in names]
        if number % 5 == 4:
            message = read(service, *files, (f"{number}.png", b"broken")).error[2]
            assert message.startswith(f"file {len(files) + 1} ({number}.png): ")
            return
        answer = read(service, *files, boxes="word" if number % 2 else "line").answer
        assert [page["file"] for page in answer["pages"]] == names
        assert answer["text"].replace(" ", "") == "\n\n".join(f"Ticket{name[:-4]}" for name in names)
        assert all(("words" in line) == (number % 2 == 1) for page in answer["pages"] for line in page["lines"])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, range(60)))
