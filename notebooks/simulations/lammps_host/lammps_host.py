"""Inline script of lammps_host: every rank imports it once; its globals are the namespace of notebook cells."""

#: How often the simulation has called on_step on this rank.
calls = 0


def on_step():
    """Called on every rank once a step, after the cells of that step and before LAMMPS moves the atoms.

    The forces in ``allranks.arrays["force"]`` are zero at the beginning of every step; what stands there afterwards is
    added to those of LAMMPS. Redefine this function to push the atoms at every step.
    """
    global calls
    calls += 1
