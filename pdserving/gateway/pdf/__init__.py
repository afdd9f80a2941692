"""PDFs and pictures of some formats, which processes of their own read and write.

So no file takes the gateway's memory or time, or ends it.
"""
