"""PDFs, read and written by processes of their own, so that none takes the gateway's memory or time."""
