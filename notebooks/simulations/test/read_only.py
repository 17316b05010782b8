"""Inline script: reads every value of every array at every step."""
import allranks

total = 0.0


def on_step():
    global total
    total = sum(float(array.sum()) for array in allranks.arrays.values())
    if allranks.step == 19 and allranks.rank == 0:
        print(f"read {len(allranks.arrays)} arrays at step 19")
