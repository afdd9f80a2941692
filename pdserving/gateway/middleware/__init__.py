"""What each request passes on its way to a route: headers, watch, unread body, access, admission."""
