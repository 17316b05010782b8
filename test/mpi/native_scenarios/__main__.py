"""Scenarios of the native library against a bridge made by hand and a simulation that is difficult company.

    python native_scenarios SCENARIO PROGRAMS FOLDER LAUNCHER...

Runs one scenario in FOLDER with the test programs in PROGRAMS; LAUNCHER... is the command that starts N ranks, with `{n}`
for their number. Fails by an exception. `native-hardening.test.ts` runs them all.
"""

import cells  # noqa: F401
import commands  # noqa: F401
import hosts  # noqa: F401
from harness import main

main()
