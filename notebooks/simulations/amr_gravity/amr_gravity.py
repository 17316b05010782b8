"""Inline script of amr_gravity: what it calls in each step, and the namespace of notebook cells."""

import libyt

#: (time, greatest density on this rank) of every step.
history = []


def each_step():
    """Note the greatest density among this rank's grids."""
    peak = max((fields["Dens"].max() for fields in libyt.grid_data.values()), default=0.0)
    history.append((libyt.param_yt["current_time"], float(peak)))
