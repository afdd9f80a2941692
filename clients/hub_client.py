"""The client of PaddleHub Serving's protocol: it reads images through a service of this project or of PaddleHub.

    python hub_client.py http://127.0.0.1:8868/predict/ocr_system IMAGE_PATH... [--visualize [--output FOLDER]]

It exits with 0, with 1 when an image failed or could not be drawn, with 2 when the command line is wrong.
"""

from pathlib import Path

from client_arguments import check_arguments, client_parser
from client_credentials import Credentials
from client_http import HttpPoster, http_url
from client_run import run, run_program
from hub_exchange import HubResult, kind_of, request_for, results_of

_DEFAULT_OUTPUT = Path("hubserving_result")


class HubService:
    """A service behind a URL. Many threads may call it at once.

    Args:
        url: the service's address.
        timeout: the seconds that each call may take.
        credentials: the key and certificates to use.
    """

    def __init__(self, url: str, timeout: float, credentials: Credentials) -> None:
        self._poster = HttpPoster(url, timeout, credentials)

    def predict(self, image: bytes) -> tuple[HubResult, ...]:
        """What the service finds in an image.

        Raises:
            RequestError: the service refuses the image, or gives no usable answer.
        """
        return results_of(self._poster.post(request_for(image)), self._poster.url)


def main() -> int:
    """Run the client by its command line, and return the exit code."""
    parser = client_parser("Read images through a PaddleHub Serving service.")
    parser.add_argument(
        "url",
        metavar="SERVER_URL",
        type=http_url,
        help="the service's address, such as http://127.0.0.1:8868/predict/ocr_system",
    )
    parser.add_argument("paths", metavar="IMAGE_PATH", nargs="+", type=Path, help="an image, or a folder of images")
    parser.add_argument(
        "--visualize", action="store_true", help="write a picture of each image's text regions beside their text"
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=_DEFAULT_OUTPUT,
        help=f"where --visualize writes its pictures (default: ./{_DEFAULT_OUTPUT})",
    )
    parsed = parser.parse_args()
    arguments = check_arguments(parser, parsed, parsed.output if parsed.visualize else None, option="--output")
    service = HubService(parsed.url, arguments.timeout, arguments.credentials)
    return run(arguments, service.predict, kind_of(parsed.url))


if __name__ == "__main__":
    run_program(main)
