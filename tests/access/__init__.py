"""The pages as people meet them who see, hear, move or have time otherwise than most."""
