"""What each request passes on its way to a route: headers, watch, access, admission.

Each is pure ASGI: no task and no queue of its own stands between the server and the application.
"""
