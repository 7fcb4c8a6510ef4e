"""Tables, questions and migrations."""
