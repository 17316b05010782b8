"""Inline script of kelvin_helmholtz: every rank imports it once; its globals are the namespace of notebook cells."""

#: How often the simulation has called on_step on this rank.
calls = 0


def on_step():
    """Called by the simulation on every rank once a step, after the cells of that step.

    Redefine it in a cell and the simulation calls the new one from its next step on. Keep it cheap: the simulation waits
    for it.
    """
    global calls
    calls += 1
