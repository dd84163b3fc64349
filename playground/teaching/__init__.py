"""Teach with links: tasks, the ready ones, plans of lessons."""
