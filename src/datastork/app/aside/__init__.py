"""Helpers: processes beside the app for what is heavy or may break."""
