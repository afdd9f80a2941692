"""Who may ask the service: keys, rate limits, TLS, and what its processes may write."""
