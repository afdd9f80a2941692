"""The steps from an image file to its text, as functions on arrays: no server, no model runtime."""
