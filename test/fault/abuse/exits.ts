/** Cells that try to end the process: by Python's exits, by the operating system, by signals. */
import { refused, type Abuse } from './cases';

/** A line that is reached only when the call before it did not end the cell. */
const GO_ON = "print('the cell goes on')";

function ends(call: string, code: string): Abuse {
  return {
    title: `${call} in ${JSON.stringify(code)}`,
    code: `import os, signal, sys, faulthandler, posix\n${code}\n${GO_ON}`,
    error: refused(call),
  };
}

export const exits: Abuse[] = [
  { title: 'sys.exit()', code: 'import sys\nsys.exit()', prints: 'The cell has ended' },
  { title: 'exit()', code: 'exit()', prints: 'The cell has ended' },
  { title: 'quit()', code: 'quit()', prints: 'The cell has ended' },
  { title: 'sys.exit(1)', code: 'import sys\nsys.exit(1)', error: { ename: 'SystemExit', evalue: /^1$/ } },
  { title: 'sys.exit with text', code: "import sys\nsys.exit('no more')", error: { ename: 'SystemExit', evalue: /^no more$/ } },
  { title: 'SystemExit with an odd code', code: 'raise SystemExit(object)', error: { ename: 'SystemExit' } },
  { title: 'SystemExit with a huge code', code: 'raise SystemExit(10**5000)', error: { ename: 'SystemExit' } },
  {
    title: 'SystemExit whose code raises when compared',
    code: 'class Odd:\n    def __eq__(self, other): raise ValueError\n    def __repr__(self): raise SystemExit\nraise SystemExit(Odd())',
    error: { ename: 'SystemExit' },
  },
  { title: 'KeyboardInterrupt raised by hand', code: 'raise KeyboardInterrupt', error: { ename: 'KeyboardInterrupt' } },
  { title: 'GeneratorExit', code: 'raise GeneratorExit', error: { ename: 'GeneratorExit' } },
  {
    title: 'an exception without a sound class',
    code: 'class Meta(type):\n    __name__ = property(lambda self: 1 / 0)\nclass Bad(Exception, metaclass=Meta):\n    def __str__(self): raise SystemExit(2)\nraise Bad',
    error: { ename: 'ZeroDivisionError' },
  },
  ends('os._exit', 'os._exit(0)'),
  ends('os._exit', 'posix._exit(0)'),
  ends('os.abort', 'os.abort()'),
  ends('os.execv', "os.execv('/bin/true', ['true'])"),
  ends('os.execve', "os.execve('/bin/true', ['true'], {})"),
  ends('os.execv', "os.execlp('true', 'true')"),
  ends('os.execve', "os.execvpe('true', ['true'], dict(os.environ))"),
  ends('os.kill', 'os.kill(os.getpid(), 9)'),
  ends('os.kill', 'os.kill(os.getpid(), signal.SIGTERM)'),
  ends('os.kill', 'os.kill(os.getpid(), signal.SIGSTOP)'),
  ends('os.kill', 'os.kill(os.getpid(), signal.SIGSEGV)'),
  // MPICH has a handler of its own for SIGUSR1.
  ends('os.kill', 'os.kill(os.getpid(), signal.SIGUSR2)'),
  ends('os.kill', 'os.kill(0, signal.SIGKILL)'),
  ends('os.kill', 'os.kill(-1, signal.SIGKILL)'),
  ends('os.kill', 'os.kill(os.getppid(), signal.SIGKILL)'),
  ends('os.killpg', 'os.killpg(os.getpgrp(), signal.SIGTERM)'),
  ends('os.killpg', 'os.killpg(0, signal.SIGKILL)'),
  ends('signal.raise_signal', 'signal.raise_signal(signal.SIGABRT)'),
  ends('signal.pthread_kill', 'import threading\nsignal.pthread_kill(threading.get_ident(), signal.SIGTERM)'),
  ends('signal.pidfd_send_signal', 'signal.pidfd_send_signal(os.pidfd_open(os.getpid()), signal.SIGKILL)'),
  ends('signal.alarm', 'signal.alarm(1)'),
  ends('signal.setitimer', 'signal.setitimer(signal.ITIMER_PROF, 0.01)'),
  ends('signal.signal', 'signal.signal(signal.SIGALRM, lambda *_: None)\nsignal.alarm(60)\nsignal.signal(signal.SIGALRM, signal.SIG_DFL)'),
  ends('faulthandler._sigsegv', 'faulthandler._sigsegv()'),
  ends('faulthandler._sigabrt', 'faulthandler._sigabrt()'),
  ends('faulthandler._sigfpe', 'faulthandler._sigfpe()'),
  ends('faulthandler._read_null', 'faulthandler._read_null()'),
  ends('faulthandler._stack_overflow', 'faulthandler._stack_overflow()'),
  ends('faulthandler._fatal_error_c_thread', 'faulthandler._fatal_error_c_thread()'),
  ends('faulthandler.dump_traceback_later', 'faulthandler.dump_traceback_later(0.01, exit=True)'),
  {
    title: 'os._exit in a thread that the cell started',
    code: "import os, threading\nthread = threading.Thread(target=os._exit, args=(0,))\nthread.start(); thread.join()\nprint('alive')",
    prints: 'alive',
    complains: /os\._exit: /,
  },
  {
    title: 'os.kill of itself in a bare thread',
    code: "import _thread, os, time\ndone = []\ndef f():\n    try: os.kill(os.getpid(), 9)\n    except PermissionError as error: done.append(error)\n_thread.start_new_thread(f, ())\nwhile not done: time.sleep(0.001)\nprint('alive')",
    prints: 'alive',
  },
  {
    title: 'os._exit in an interpreter of its own',
    code: "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'import os; os._exit(7)']).returncode)",
    prints: '7\n',
  },
  {
    title: 'signals that have a handler',
    code: 'import os, signal\ngot = []\nsignal.signal(signal.SIGUSR2, lambda n, f: got.append(n))\nos.kill(os.getpid(), signal.SIGUSR2)\nsignal.raise_signal(signal.SIGUSR2)\nos.kill(os.getpid(), signal.SIGCHLD)\nos.kill(os.getpid(), 0)\nprint(got == [signal.SIGUSR2] * 2)',
    prints: 'True\n',
    after: {
      code: 'import os, signal\ntry: os.kill(os.getpid(), signal.SIGUSR2)\nexcept PermissionError: print("without a handler again")',
      prints: 'without a handler again\n',
    },
  },
  {
    title: 'an alarm with a handler, which ends with its cell',
    code: "import signal, time\ndef late(n, f): raise TimeoutError('alarm')\nsignal.signal(signal.SIGALRM, late)\nsignal.setitimer(signal.ITIMER_REAL, 0.02)\ntime.sleep(30)",
    error: { ename: 'TimeoutError', evalue: /alarm/ },
  },
  {
    title: 'an alarm that is still running when the cell ends',
    code: "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.setitimer(signal.ITIMER_REAL, 0.001)\nprint('set')",
    prints: 'set',
    after: { code: 'import time, signal\ntime.sleep(0.01)\nprint(signal.getitimer(signal.ITIMER_REAL))', prints: '(0.0, 0.0)\n' },
  },
  {
    title: 'SIGINT to itself',
    code: 'import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(30)',
    error: { ename: 'KeyboardInterrupt' },
  },
];
