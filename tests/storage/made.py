"""Bytes and chances that are the same in every run."""

import random


def chance(seed: int) -> random.Random:
    return random.Random(seed)


def made(size: int, seed: int = 1) -> bytes:
    return chance(seed).randbytes(size)
