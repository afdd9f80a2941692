"""REST: `POST /v1/ocr` and its OpenAPI description."""
