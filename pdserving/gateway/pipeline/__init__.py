"""The pipeline protocol over HTTP: `POST /<service>/prediction`."""
