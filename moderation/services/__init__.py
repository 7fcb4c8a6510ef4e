"""What people and workers do, one module a family of verbs."""
