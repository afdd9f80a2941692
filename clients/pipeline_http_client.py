"""Reads the text of images through the HTTP port of an OCR service.

    python pipeline_http_client.py PATH... [--url URL]

Exits with 0, with 1 when an image failed, with 2 when the command line is wrong.
"""

from client_credentials import Credentials
from client_http import HttpAnswer, HttpPoster, http_url
from client_run import run, run_program
from pipeline_arguments import check_pipeline_arguments, pipeline_parser
from pipeline_exchange import PipelineRequest, PipelineResponse, recogniser
from pipeline_results import LINES

_DEFAULT_URL = "http://127.0.0.1:9998/ocr/prediction"


class HttpTransport:
    """The pipeline behind a URL; its calls may come from many threads. `timeout` is in seconds, for each call."""

    def __init__(self, url: str, timeout: float, credentials: Credentials) -> None:
        self._poster = HttpPoster(url, timeout, credentials)

    def infer(self, request: PipelineRequest) -> PipelineResponse:
        """Returns the server's answer; raises RequestError if there is none."""
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
