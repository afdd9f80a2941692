"""The OCR service: configuration, models, engines, the Paddle Serving pipeline, its gateway and their supervision."""
