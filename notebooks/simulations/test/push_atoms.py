"""Inline script: pushes all atoms along x with force 1, and prints what that did to the velocity of their centre.

The mass is 1 and the time step 0.005. At the safe point of step 50 LAMMPS has applied half of the push given at step 0 and
all of those given at steps 1 to 49: together 49.5 * 0.005 = 0.2475. The atoms' own forces cancel in the sum.
"""
import allranks

before = None


def centre():
    velocities = allranks.arrays["v"]
    atoms = allranks.comm.allreduce(len(velocities))
    return allranks.comm.allreduce(float(velocities[:, 0].sum())) / atoms


def on_step():
    global before
    now = centre()
    if before is None:
        before = now
    allranks.arrays["force"][:, 0] = 1.0
    if allranks.step == 50 and allranks.rank == 0:
        print(f"velocity of the centre: {before:.5f} to {now:.5f}")
