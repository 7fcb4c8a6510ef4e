"""The background workers: they take ids from the queue and call one service each."""
