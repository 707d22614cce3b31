"""Wiring only: settings, addresses, the timetable and the servers of a checkout."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
