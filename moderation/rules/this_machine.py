"""What this machine calls itself: an address with such a host opens here and nowhere else."""

from typing import Final

HOSTS: Final = ("localhost", "127.0.0.1", "::1")
