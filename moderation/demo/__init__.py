"""The demonstration school: people, posts and pictures made for it."""
