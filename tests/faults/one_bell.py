"""The house without what makes it safe: one bell a week, just missed, and none at the worker's start."""

from datetime import datetime, timedelta

from celery.schedules import crontab
from celery.signals import worker_ready

from config.celery import DUE, app, ring_at_start
from org.clock import SHANGHAI

worker_ready.disconnect(ring_at_start)
missed = datetime.now(SHANGHAI) - timedelta(minutes=2)
rung = crontab(minute=missed.minute, hour=missed.hour, day_of_week=missed.isoweekday() % 7)
app.conf.beat_schedule = {"周六 12:00 汇总": {"task": DUE, "schedule": rung}}
