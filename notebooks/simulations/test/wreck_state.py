"""Inline script: at step 3 one rank writes a density that no gas can have."""
import allranks


def on_step():
    if allranks.step == 3 and allranks.rank == allranks.size - 1:
        allranks.arrays["density"][0, 0] = -1.0
