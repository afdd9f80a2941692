"""What gRPC's own server is told: its limits, and when it gives a connection up."""

from pdserving.config.schema import Limits

SHORTEST_PING_MS = 1000  # gRPC pings no more often


def server_options(limits: Limits) -> list[tuple[str, int]]:
    """The options of `grpc.server`.

    A connection has `header_timeout_s` for its handshakes. One that has nothing to say for `stall_timeout_s` is asked
    whether its client is there, and ends when as long again brings no answer: a machine that was cut off never says so,
    and the system alone would keep its connection for hours.
    """
    stall_ms = max(SHORTEST_PING_MS, round(1000 * limits.stall_timeout_s))
    return [
        # What is over the limit by less than twice is received, for an answer that says so in our words;
        # gRPC itself refuses the rest by its announced length, with RESOURCE_EXHAUSTED.
        ("grpc.max_receive_message_length", 2 * limits.max_message_bytes),
        ("grpc.max_send_message_length", limits.max_message_bytes),
        ("grpc.max_metadata_size", limits.max_header_bytes),
        ("grpc.absolute_max_metadata_size", limits.max_header_bytes),
        ("grpc.so_reuseport", 1),  # the workers share the address: the system gives each connection to one
        ("grpc.server_handshake_timeout_ms", max(1, round(1000 * limits.header_timeout_s))),
        ("grpc.keepalive_time_ms", stall_ms),
        ("grpc.keepalive_timeout_ms", stall_ms),
        # gRPC waits for a ping's answer by the longer of the two, and this one is a minute where it is not set.
        ("grpc.http2.ping_timeout_ms", stall_ms),
        ("grpc.http2.settings_timeout", stall_ms),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),  # any number
    ]
