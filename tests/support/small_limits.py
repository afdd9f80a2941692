"""Limits that a test can meet soon."""

MAX_MESSAGE_BYTES = 1_200_000
MAX_PDF_MEMORY_MIB, PDF_TIMEOUT_S = 256, 5
HEADER_TIMEOUT_S, STALL_TIMEOUT_S = 1, 2
MIN_BODY_RATE = 100_000
LIMITS = {
    "max_message_bytes": MAX_MESSAGE_BYTES,
    "max_images": 2,
    "max_pages": 3,
    "max_image_pixels": 600_000,
    "pdf_processes": 2,
    "max_pdf_memory_mib": MAX_PDF_MEMORY_MIB,
    "pdf_timeout_s": PDF_TIMEOUT_S,
    "max_lines": 3,
    "max_json_depth": 4,
    "max_header_bytes": 4096,
    "header_timeout_s": HEADER_TIMEOUT_S,
    "stall_timeout_s": STALL_TIMEOUT_S,
    "min_body_rate": MIN_BODY_RATE,
}
