"""Gatepost checks what a school wants to post on social media before it goes past the gate."""
