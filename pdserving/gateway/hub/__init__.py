"""PaddleHub Serving's protocol: `POST /predict/<name>`."""
