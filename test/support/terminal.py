"""A real terminal for tests: runs a command on a pseudo-terminal of its own session, as its foreground job.

`terminal.py WIDTH HEIGHT COMMAND ...`: bytes of standard input are typed, what the terminal shows goes to standard output. The end
of standard input hangs the terminal up. Ends with the command's exit code, or 128 and its signal.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios


def main() -> int:
    width, height, *command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(height), int(width), 0, 0))
        os.execvp(command[0], command)
    keys: int | None = 0
    while True:
        ready, _, _ = select.select([terminal] if keys is None else [terminal, keys], [], [])
        if keys in ready:
            typed = os.read(0, 65536)
            if not typed:
                break
            os.write(terminal, typed)
        if terminal in ready:
            try:
                shown = os.read(terminal, 65536)
            except OSError:  # the last process of it has gone
                break
            if not shown:
                break
            os.write(1, shown)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


sys.exit(main())
