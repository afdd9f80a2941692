"""The gateway: the HTTP port of the service, in front of the workers."""
