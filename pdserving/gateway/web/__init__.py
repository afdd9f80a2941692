"""The web page at `/`, and the documentation of the routes at `/docs`."""
