"""Measures the service against its peers, its own models and itself: see README.md. The product needs none of it."""
