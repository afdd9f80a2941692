"""The client of the pipeline protocol over HTTP: it reads the text of images through a service's HTTP port.

    python pipeline_http_client.py PATH... [--url URL]

It exits with 0, with 1 when an image failed or could not be drawn, with 2 when the command line is wrong.
"""

from client_credentials import Credentials
from client_http import HttpAnswer, HttpPoster, http_url
from client_run import run, run_program
from pipeline_arguments import check_pipeline_arguments, pipeline_parser
from pipeline_exchange import PipelineRequest, PipelineResponse, recogniser
from pipeline_results import LINES

_DEFAULT_URL = "http://127.0.0.1:9998/ocr/prediction"


class HttpTransport:
    """A pipeline behind a URL. Many threads may call it at once.

    Args:
        url: the prediction address.
        timeout: the seconds that each call may take.
        credentials: the key and certificates to use.
    """

    def __init__(self, url: str, timeout: float, credentials: Credentials) -> None:
        self._poster = HttpPoster(url, timeout, credentials)

    def infer(self, request: PipelineRequest) -> PipelineResponse:
        """The server's response.

        Raises:
            RequestError: there is none.
        """
        answer = self._poster.post({"key": request.keys, "value": request.values})
        response = _decode(answer)
        if response is None or (answer.status != 200 and response.err_no == 0):
            raise answer.unexpected(self._poster.url)
        return response


def _decode(answer: HttpAnswer) -> PipelineResponse | None:
    try:
        content = answer.json()
    except ValueError:
        return None
    match content:
        case {"err_no": int(err_no), "err_msg": str(err_msg), "key": [*keys], "value": [*values]}:
            pass
        case {"err_no": int(err_no), "err_msg": str(err_msg)}:
            keys, values = [], []
        case _:
            return None
    return PipelineResponse(err_no, err_msg, tuple(map(str, keys)), tuple(map(str, values)))


def main() -> int:
    """Run the client by its command line, and return the exit code."""
    parser = pipeline_parser("Read the text of images through the HTTP port of an OCR service.")
    parser.add_argument(
        "--url", type=http_url, default=_DEFAULT_URL, help=f"the prediction address (default: {_DEFAULT_URL})"
    )
    parsed = parser.parse_args()
    arguments, options = check_pipeline_arguments(parser, parsed)
    transport = HttpTransport(parsed.url, arguments.timeout, arguments.credentials)
    return run(arguments, recogniser(transport.infer, options), LINES)


if __name__ == "__main__":
    run_program(main)
