/** Cells that start processes and threads of their own. */
import type { Abuse } from './cases';

export const children: Abuse[] = [
  {
    title: 'a forked child that returns into the cell',
    code: 'import os\nchild = os.fork()\nif child:\n    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))',
    prints: '0\n',
  },
  {
    title: 'a forked child that raises',
    code: "import os\nchild = os.fork()\nif not child: raise ValueError('child')\nprint(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))",
    prints: '1\n',
  },
  {
    title: 'a forked child that forks again',
    code: 'import os\nchild = os.fork()\nif not child:\n    grandchild = os.fork()\n    if grandchild: os.waitpid(grandchild, 0)\nelse:\n    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))',
    prints: '0\n',
  },
  {
    title: 'a forked child that ends itself in every way',
    code: `import os, signal
def end(how):
    child = os.fork()
    if not child:
        how()
        os._exit(99)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status)
print(end(lambda: os._exit(3)), end(os.abort), end(lambda: os.kill(os.getpid(), 9)), end(lambda: os.execv('/bin/true', ['true'])))`,
    prints: '3 -6 -9 0\n',
  },
  { title: 'os.posix_spawn', code: "import os\nprint(os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)[1])", prints: '0\n' },
  {
    title: 'subprocess and os.system',
    code: "import os, subprocess\nprint(subprocess.check_output('echo child', shell=True, text=True).strip(), os.system('exit 3') >> 8)",
    prints: 'child 3\n',
  },
  {
    title: 'the end of a child by a signal',
    code: "import subprocess\nchild = subprocess.Popen(['sleep', '60'])\nchild.kill()\nprint(child.wait())",
    prints: '-9\n',
  },
  {
    title: 'a pool of forked processes',
    code: 'import multiprocessing, math\nwith multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(math.factorial, range(5)))',
    prints: '[1, 1, 2, 6, 24]\n',
  },
  {
    title: 'a pool of spawned processes',
    code: 'import multiprocessing, math\nwith multiprocessing.get_context("spawn").Pool(1) as pool: print(pool.map(math.factorial, range(5)))',
    prints: '[1, 1, 2, 6, 24]\n',
  },
  {
    title: 'a forked process object that raises',
    code: "import multiprocessing\nprocess = multiprocessing.get_context('fork').Process(target=lambda: 1 / 0)\nprocess.start(); process.join()\nprint(process.exitcode)",
    prints: '1\n',
  },
  {
    title: 'MPI in a forked child',
    code: 'import os, allranks\nchild = os.fork()\nif not child:\n    allranks.comm.barrier()\nelse:\n    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))',
    prints: '1\n',
  },
  {
    title: 'threads that print, raise and stay',
    code: `import threading
stop = threading.Event()
def stay():
    stop.wait()
for daemon in (True, False): threading.Thread(target=stay, daemon=daemon).start()
def fail(): raise ValueError('in a thread')
def exit_thread(): raise SystemExit(3)
for target in (fail, exit_thread, lambda: print('printed by a thread')):
    thread = threading.Thread(target=target)
    thread.start(); thread.join()`,
    prints: 'printed by a thread\n',
    complains: /ValueError: in a thread/,
    after: { code: 'stop.set()\nprint(threading.active_count() >= 1)', prints: 'True\n' },
  },
  {
    title: 'a thread that prints for ever, and one that cannot be stopped',
    code: `import threading, time
running = True
def chatter():
    while running:
        print('x', end='')
        time.sleep(0.001)
threading.Thread(target=chatter).start()
print('started')`,
    prints: 'started',
    after: { code: "running = False\nprint('ended')", prints: 'ended\n' },
  },
  {
    title: 'a broken threading.excepthook',
    code: "import threading\nthreading.excepthook = lambda *_: 1 / 0\nthread = threading.Thread(target=lambda: 1 / 0)\nthread.start(); thread.join()\nprint('joined')",
    prints: 'joined',
    complains: /ZeroDivisionError/,
  },
  {
    title: 'a broken threading.Thread.start',
    code: "import threading\nthreading.Thread.start = None\nprint('broken')",
    prints: 'broken',
    after: {
      code: "import threading\nthread = threading.Thread(target=print, args=('runs',))\nthread.start(); thread.join()",
      prints: 'runs\n',
    },
  },
  {
    title: 'an event loop left running in a thread',
    code: "import asyncio, threading\nloop = asyncio.new_event_loop()\nthreading.Thread(target=loop.run_forever, daemon=True).start()\nprint('runs')",
    prints: 'runs',
    after: { code: "loop.call_soon_threadsafe(loop.stop)\nimport asyncio\nprint(await asyncio.sleep(0, 'awaited'))", prints: 'awaited\n' },
  },
  {
    title: 'a closed event loop',
    code: "import asyncio\nasyncio.get_event_loop_policy().get_event_loop().close()\nprint('closed')",
    prints: 'closed',
    after: { code: "import asyncio\nprint(await asyncio.sleep(0, 'awaited'))", prints: 'awaited\n' },
  },
  {
    title: 'exit functions that exit',
    code: "import atexit, os\natexit.register(os._exit, 9)\nprint('registered')",
    prints: 'registered',
    after: { code: "atexit.unregister(os._exit)\nprint('gone')", prints: 'gone\n' },
  },
  {
    title: 'atexit._run_exitfuncs and atexit._clear',
    code: "import atexit\natexit.register(print, 'ran')\natexit._run_exitfuncs()",
    prints: 'ran\n',
  },
];
