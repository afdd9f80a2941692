"""What `pdserving.compat` mends in Paddle Serving 0.9.0, a module for each part of it."""
