"""Randomness as an argument: a seed depends on the recipe's seed, the step and the sample, on nothing else."""

import hashlib


def seed_for(recipe_seed: int, step_name: str, sample_id: str = "") -> int:
    """Return a 63-bit seed, the same on one worker or a thousand."""
    text = f"{recipe_seed}\x00{step_name}\x00{sample_id}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 1


def fraction_for(seed: int, text: str) -> float:
    """Return a number in [0, 1) that depends only on `seed` and `text`."""
    digest = hashlib.sha256(f"{seed}\x00{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
