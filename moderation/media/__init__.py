"""Pictures: taken in, stored, covered, handed out, and sealed."""
