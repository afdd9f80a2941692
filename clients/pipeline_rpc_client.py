"""The client of the pipeline protocol over gRPC: it reads the text of images through a service's gRPC port.

    python pipeline_rpc_client.py PATH... [--endpoint HOST:PORT]

It exits with 0, with 1 when an image failed or could not be drawn, with 2 when the command line is wrong.
"""

import argparse
import json
import threading
from urllib.parse import urlsplit

import grpc
from client_arguments import is_loopback
from client_credentials import Credentials
from client_results import MOST_MESSAGE_BYTES, ErrorNumber, RequestError
from client_run import run, run_program
from pipeline_arguments import check_pipeline_arguments, pipeline_parser
from pipeline_exchange import PipelineRequest, PipelineResponse, recogniser
from pipeline_messages import INFERENCE_METHOD, decode_response, encode_request
from pipeline_results import LINES

_DEFAULT_ENDPOINT = "127.0.0.1:18091"
_ERR_NO = "err-no"

# The calls that a worker had when it died are sent again. They wait while the worker is replaced.
_RETRY_POLICY = {
    "methodConfig": [
        {
            "name": [{}],  # all methods
            "waitForReady": True,
            "retryPolicy": {
                "maxAttempts": 5,  # the most that gRPC allows
                "initialBackoff": "0.2s",
                "maxBackoff": "2s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
RETRY_OPTIONS = [
    ("grpc.service_config", json.dumps(_RETRY_POLICY)),
    ("grpc.per_rpc_retry_buffer_size", MOST_MESSAGE_BYTES),  # larger calls are not sent again; gRPC's default: 256 KiB
    ("grpc.max_reconnect_backoff_ms", 500),  # gRPC's default: two minutes
]


class RpcTransport:
    """A pipeline behind a gRPC port. Many threads may call it at once.

    A service that was reached once is waited for when it goes. One that is not there at the start is an error at once.

    Args:
        endpoint: the port, as HOST:PORT.
        timeout: the seconds that each call may take.
        credentials: the key and certificates to use.
        tls: whether the connection is encrypted.
    """

    def __init__(self, endpoint: str, timeout: float, credentials: Credentials, *, tls: bool) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        options = [
            ("grpc.max_send_message_length", MOST_MESSAGE_BYTES),
            ("grpc.max_receive_message_length", MOST_MESSAGE_BYTES),
        ]
        if is_loopback(urlsplit(f"//{endpoint}").hostname or ""):
            options.append(("grpc.enable_http_proxy", 0))
        self._metadata = tuple(credentials.headers().items())

        def channel_with(*more: tuple[str, object]) -> grpc.Channel:
            if tls:
                return grpc.secure_channel(endpoint, _channel_credentials(credentials), options=[*options, *more])
            return grpc.insecure_channel(endpoint, options=[*options, *more])

        channel = channel_with(*RETRY_OPTIONS)
        # Bytes in, bytes out: where a deserializer fails inside grpc, grpc prints a traceback.
        self._inference = channel.unary_unary(INFERENCE_METHOD)
        impatient = channel_with(("grpc.enable_retries", 0))
        self._first_inference = impatient.unary_unary(INFERENCE_METHOD)
        self._reached, self._tried = False, threading.Event()
        self._channel = channel  # kept, because a channel that nothing refers to ends its subscriptions
        channel.subscribe(self._note_state, try_to_connect=True)

    def infer(self, request: PipelineRequest) -> PipelineResponse:
        """The server's response.

        Raises:
            RequestError: there is none.
        """
        self._tried.wait(self._timeout)
        call = self._inference if self._reached else self._first_inference
        try:
            answer = call(encode_request(request), timeout=self._timeout, metadata=self._metadata)
            return decode_response(answer)
        except grpc.RpcError as error:
            raise self._explain(error) from error
        except ValueError as error:
            message = f"{self._endpoint} did not answer as an OCR service: {error}"
            raise RequestError(ErrorNumber.BAD_ANSWER, message) from error

    def _note_state(self, state: grpc.ChannelConnectivity) -> None:
        if state is grpc.ChannelConnectivity.READY:
            self._reached = True
        if state in (grpc.ChannelConnectivity.READY, grpc.ChannelConnectivity.TRANSIENT_FAILURE):
            self._tried.set()

    def _explain(self, error: grpc.RpcError) -> RequestError:
        match error.code():
            case grpc.StatusCode.DEADLINE_EXCEEDED:
                return RequestError(
                    ErrorNumber.TIMEOUT, f"no answer from {self._endpoint} within {self._timeout:g} seconds"
                )
            case grpc.StatusCode.UNAVAILABLE:
                return RequestError(ErrorNumber.NO_SERVICE, f"no service at {self._endpoint}: {error.details()}")
            case code if (err_no := _err_no(error)) is not None:
                return RequestError(err_no, error.details())
            case code:
                return RequestError(ErrorNumber.BAD_ANSWER, f"{self._endpoint}: {code.name}: {error.details()}")


def main() -> int:
    """Run the client by its command line, and return the exit code."""
    parser = pipeline_parser("Read the text of images through the gRPC port of an OCR service.")
    parser.add_argument(
        "--endpoint",
        metavar="HOST:PORT",
        type=_endpoint,
        default=_DEFAULT_ENDPOINT,
        help=f"the gRPC port (default: {_DEFAULT_ENDPOINT})",
    )
    parser.add_argument("--tls", action="store_true", help="use TLS; --ca and --cert imply it")
    parsed = parser.parse_args()
    arguments, options = check_pipeline_arguments(parser, parsed)
    tls = parsed.tls or parsed.ca is not None or parsed.cert is not None
    transport = RpcTransport(parsed.endpoint, arguments.timeout, arguments.credentials, tls=tls)
    return run(arguments, recogniser(transport.infer, options), LINES)


def _channel_credentials(credentials: Credentials) -> grpc.ChannelCredentials:
    files = (credentials.ca, credentials.cert_key or credentials.cert, credentials.cert)
    return grpc.ssl_channel_credentials(*(None if file is None else file.read_bytes() for file in files))


def _err_no(error: grpc.RpcError) -> int | None:
    """The service's number of a refusal; None for one that a proxy gave, which has no number."""
    numbers = [value for key, value in error.trailing_metadata() or () if key == _ERR_NO]
    return int(numbers[0]) if numbers and numbers[0].isdecimal() else None


def _endpoint(text: str) -> str:
    try:
        parts = urlsplit(f"//{text}")
        well_formed = bool(parts.hostname and parts.port) and parts.netloc == text and "@" not in text
    except ValueError:
        well_formed = False
    if not well_formed:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return text


if __name__ == "__main__":
    run_program(main)
