"""PDFs, which processes of their own read and write, so that no PDF takes the gateway's memory or time."""
