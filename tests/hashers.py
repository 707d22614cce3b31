"""Argon2 as the product hashes with it, but cheap: hundreds of people sign in during a run."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 64, 1
