"""Shows: the FastAPI application; JSON API and console."""
