/**
 * A real Jupyter server drives the kernel of a live job through @jupyterlab/services: what JupyterLab's buttons do. After
 * debugging, restart, shutdown, and the end of the server itself the MPI job is verified to be alive.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Job } from '../support/job';
import { JupyterServer } from '../support/jupyter-server';
import { TcpProxy } from '../support/tcp-proxy';
import { whenFiles, within } from '../support/wait';

const RANKS = 4;
const LIMIT_MS = 20_000;

interface Ran {
  reply: KernelMessage.IExecuteReplyMsg['content'];
  text: string;
  result: string | undefined;
  /** `text/plain` of what was displayed, in order. */
  displays: string[];
}

describe('a live job in a Jupyter server', () => {
  let job: Job;
  let server: JupyterServer;
  let kernel: Kernel.IKernelConnection;
  let pids: number[];

  const report = (): string => `${job.report()}\n--- server\n${server.log.text.slice(-4000)}`;

  async function execute(code: string, on: Kernel.IKernelConnection = kernel): Promise<Ran> {
    const future = on.requestExecute({ code, stop_on_error: false });
    let text = '';
    let result: string | undefined;
    const displays: string[] = [];
    future.onIOPub = (message) => {
      if (message.header.msg_type === 'stream') text += (message.content as { text: string }).text;
      if (message.header.msg_type === 'display_data') displays.push((message.content as { data: Record<string, string> }).data['text/plain']!);
      if (message.header.msg_type === 'execute_result') result = (message.content as { data: Record<string, string> }).data['text/plain'];
    };
    const reply = await within(future.done, LIMIT_MS, `cell ${code}`, report);
    return { reply: reply.content, text, result, displays };
  }

  /** The ranks are the processes they were, alive, and their steps go on. */
  async function jobLives(): Promise<void> {
    for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
    const before = Number((await execute('allranks.step')).result);
    expect(Number((await execute('allranks.step')).result)).toBeGreaterThanOrEqual(before);
    expect((await execute('allranks.comm.allgather(os.getpid())')).result).toBe(JSON.stringify(pids).replaceAll(',', ', '));
  }

  async function connect(): Promise<Kernel.IKernelConnection> {
    const fresh = await server.kernels().startNew({ name: 'allranks-lab' });
    await within(fresh.info, LIMIT_MS, 'kernel_info through the server', report);
    return fresh;
  }

  beforeAll(async () => {
    job = await Job.start({ ranks: RANKS, name: 'lab', args: ['--steps', '0', '--step-us', '500'] });
    server = await JupyterServer.start(job.sandbox);
    kernel = await connect();
    await execute('import allranks, os, time');
    pids = JSON.parse((await execute('allranks.comm.allgather(os.getpid())')).result!) as number[];
  }, 90_000);

  afterAll(async () => {
    await server?.stop();
    await job?.stop();
  });

  test('lists the kernelspec of the job under the name that users see', async () => {
    const specs = server.specs();
    await specs.ready;
    const spec = specs.specs!.kernelspecs['allranks-lab']!;
    expect(spec.display_name).toBe(`lab — live, ${RANKS} ranks`);
    expect(spec.language).toBe('python');
  });

  test('tells language and protocol in kernel_info', async () => {
    const info = await kernel.info;
    expect(info.language_info.name).toBe('python');
    expect(info.protocol_version).toBe('5.5');
  });

  test('executes cells on all ranks', async () => {
    const ran = await execute("print('hello')\nallranks.comm.allreduce(1)");
    expect(ran.reply.status).toBe('ok');
    expect(ran.text).toBe('hello\n');
    expect(ran.result).toBe(String(RANKS));
  });

  test('completes and inspects names of the live namespace, with cursors in code points', async () => {
    await execute('astral_name = {"\u{1d11e}": 1}');
    const code = '"\u{1d11e}"; astral_na';
    const done = await kernel.requestComplete({ code, cursor_pos: [...code].length });
    expect(done.content).toMatchObject({ status: 'ok', matches: ['astral_name'], cursor_start: 5, cursor_end: 14 });
    const inspected = await kernel.requestInspect({ code: 'astral_name', cursor_pos: 3, detail_level: 0 });
    expect(inspected.content).toMatchObject({ status: 'ok', found: true });
  });

  test('gives history to the notebook', async () => {
    await execute("'unique history line 4711'");
    const reply = await kernel.requestHistory({ output: false, raw: true, hist_access_type: 'tail', n: 2 });
    expect(JSON.stringify(reply.content)).toContain('unique history line 4711');
  });

  test('interrupts a cell on all ranks', async () => {
    const future = kernel.requestExecute({ code: "print('begun', flush=True)\nwhile True: pass", stop_on_error: false });
    const begun = new Promise<void>((resolve) => {
      future.onIOPub = (message) => {
        if (message.header.msg_type === 'stream') resolve();
      };
    });
    await within(begun, LIMIT_MS, 'output of the loop', report);
    await kernel.interrupt();
    const reply = await within(future.done, LIMIT_MS, 'reply of the interrupted cell', report);
    expect(reply.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await jobLives();
  });

  test('asks the front end for input and gives the same line to all ranks', async () => {
    const future = kernel.requestExecute({ code: "line = input('name? ')\nallranks.comm.allgather(line)", allow_stdin: true });
    future.onStdin = (message) => {
      expect((message.content as { prompt: string }).prompt).toBe('name? ');
      kernel.sendInputReply({ status: 'ok', value: 'Ada' }, message.header as KernelMessage.IInputRequestMsg['header']);
    };
    let result = '';
    future.onIOPub = (message) => {
      if (message.header.msg_type === 'execute_result') result = (message.content as { data: Record<string, string> }).data['text/plain']!;
    };
    await within(future.done, LIMIT_MS, 'cell with input', report);
    expect(result).toBe(`[${Array.from({ length: RANKS }, () => "'Ada'").join(', ')}]`);
  });

  test('opens a comm to all ranks, which answers once, and closes it', async () => {
    await execute(
      [
        'from comm import get_comm_manager',
        'closed = []',
        'def opened(comm, message):',
        '    @comm.on_msg',
        "    def answer(message): comm.send({'sum': allranks.comm.allreduce(message['content']['data']['part'] + allranks.rank)})",
        '    @comm.on_close',
        '    def end(message): closed.append(allranks.rank)',
        "get_comm_manager().register_target('adding', opened)",
      ].join('\n'),
    );
    const comm = kernel.createComm('adding');
    const answers: unknown[] = [];
    let heard = (): void => undefined;
    comm.onMsg = ({ content }) => {
      answers.push(content.data);
      heard();
    };
    await within(comm.open({}).done, LIMIT_MS, 'opening of the comm', report);
    const listed = await kernel.requestCommInfo({ target_name: 'adding' });
    expect(listed.content).toMatchObject({ status: 'ok', comms: { [comm.commId]: { target_name: 'adding' } } });
    const first = new Promise<void>((resolve) => (heard = resolve));
    await within(comm.send({ part: 10 }).done, LIMIT_MS, 'the message', report);
    await within(first, LIMIT_MS, 'the answer', report);
    await within(comm.close().done, LIMIT_MS, 'closing of the comm', report);
    expect((await execute('allranks.comm.allgather(closed)')).result).toBe('[[0], [1], [2], [3]]');
    // Of four ranks that have answered, one speaks.
    expect(answers).toEqual([{ sum: 4 * 10 + 0 + 1 + 2 + 3 }]);
    expect((await kernel.requestCommInfo({ target_name: 'adding' })).content).toEqual({ status: 'ok', comms: {} });
  });

  test('debugs a cell on rank 0 as JupyterLab does: breakpoint, frames, variables, a step, and on', async () => {
    const { supported_features: features } = await kernel.info;
    expect(features).toContain('debugger');
    const events: KernelMessage.IDebugEventMsg['content'][] = [];
    let heard = (): void => undefined;
    kernel.iopubMessage.connect((_, message) => {
      if (message.header.msg_type !== 'debug_event') return;
      events.push((message as KernelMessage.IDebugEventMsg).content);
      heard();
    });
    const next = async (name: string): Promise<KernelMessage.IDebugEventMsg['content']> => {
      for (;;) {
        const at = events.findIndex(({ event }) => event === name);
        if (at >= 0) return events.splice(at, 1)[0]!;
        await new Promise<void>((resolve) => (heard = resolve));
      }
    };
    const stopped = async (): Promise<{ threadId: number; reason: string }> => (await within(next('stopped'), LIMIT_MS, 'a stop', report)).body;
    let seq = 0;
    const ask = async (command: string, args: object = {}): Promise<any> => {
      const { content } = await within(kernel.requestDebug({ type: 'request', seq: ++seq, command, arguments: args }).done, LIMIT_MS, command, report);
      expect(content).toMatchObject({ success: true, command, request_seq: seq });
      return content.body;
    };

    await ask('initialize', { clientID: 'test', adapterID: '', pathFormat: 'path', linesStartAt1: true, columnsStartAt1: true, supportsVariableType: true });
    await ask('attach');
    const code = 'def part(number):\n    square = number * number\n    return square\nallranks.comm.allreduce(part(allranks.rank + 1))';
    const { sourcePath } = await ask('dumpCell', { code });
    const { breakpoints } = await ask('setBreakpoints', { source: { path: sourcePath }, breakpoints: [{ line: 2 }], sourceModified: false });
    expect(breakpoints).toMatchObject([{ verified: true, line: 2 }]);
    await ask('configurationDone');

    const cell = execute(code);
    const { threadId, reason } = await stopped();
    expect(reason).toBe('breakpoint');
    expect(await ask('debugInfo')).toMatchObject({ isStarted: true, stoppedThreads: [threadId], breakpoints: [{ source: sourcePath, breakpoints: [{ line: 2 }] }] });
    const { stackFrames } = await ask('stackTrace', { threadId });
    expect(stackFrames).toMatchObject([{ name: 'part', line: 2, source: { path: sourcePath } }, { name: '<module>', line: 4, source: { path: sourcePath } }]);
    const locals = async (frameId: number): Promise<string[]> => {
      const { scopes } = await ask('scopes', { frameId });
      const { variables } = await ask('variables', { variablesReference: scopes[0].variablesReference });
      return variables.map(({ name, value, type }: Record<string, string>) => `${name} = ${value} (${type})`);
    };
    expect(await locals(stackFrames[0].id)).toEqual(['number = 1 (int)']);

    await ask('next', { threadId });
    expect((await stopped()).reason).toBe('step');
    const [frame] = (await ask('stackTrace', { threadId })).stackFrames;
    expect(frame).toMatchObject({ name: 'part', line: 3 });
    expect(await locals(frame.id)).toEqual(['number = 1 (int)', 'square = 1 (int)']);
    expect(await ask('evaluate', { expression: 'square + 41', frameId: frame.id, context: 'watch' })).toMatchObject({ result: '42', type: 'int' });

    await ask('continue', { threadId });
    const done = await cell;
    expect(done.reply.status).toBe('ok');
    expect(done.result).toBe(String(1 + 4 + 9 + 16));
    await ask('disconnect', { restart: false, terminateDebuggee: true });
    expect(await ask('debugInfo')).toMatchObject({ isStarted: false, stoppedThreads: [], breakpoints: [] });
    // Without a session the line stops nobody.
    expect((await execute(code)).result).toBe('30');
    await jobLives();
  }, 60_000);

  test('restart attaches anew: the namespace is kept and the job lives', async () => {
    await execute("kept = 'through restart'");
    await within(kernel.restart(), LIMIT_MS, 'restart', report);
    expect((await execute('kept')).result).toBe("'through restart'");
    await jobLives();
  });

  test('a second client of the same kernel sees the same namespace', async () => {
    const other = server.kernels().connectTo({ model: kernel.model });
    expect((await execute('kept', other)).result).toBe("'through restart'");
    other.dispose();
  });

  test('a client that lost its connection gets answers after it has reconnected', async () => {
    await within(kernel.reconnect(), LIMIT_MS, 'reconnect', report);
    expect((await execute('kept')).result).toBe("'through restart'");
  });

  test('a laptop that sleeps during a cell gets all of its output when it wakes', async () => {
    const proxy = await TcpProxy.start(server.port);
    try {
      const session = await server.sessions(proxy.port).startNew({ path: 'asleep.ipynb', name: 'asleep.ipynb', type: 'notebook', kernel: { name: 'allranks-lab' } });
      const asleep = session.kernel!;
      await within(asleep.info, LIMIT_MS, 'kernel_info', report);
      const [gate, over] = [join(job.sandbox.cwd, 'asleep.gate'), join(job.sandbox.cwd, 'asleep.over')];
      const future = asleep.requestExecute({
        code: `print('begun', flush=True)\nwhile not os.path.exists('${gate}'): time.sleep(0.01)\nfor n in range(500): print('line', n)\nopen('${over}', 'w').close()\n'the end'`,
      });
      let text = '';
      let result: string | undefined;
      let heard = (): void => undefined;
      future.onIOPub = ({ header, content }) => {
        if (header.msg_type === 'stream') text += (content as { text: string }).text;
        if (header.msg_type === 'execute_result') result = (content as { data: Record<string, string> }).data['text/plain'];
        heard();
      };
      await within(new Promise<void>((resolve) => (heard = () => (text.includes('begun') ? resolve() : undefined))), LIMIT_MS, 'output of the cell', report);
      proxy.cut();
      const kernels = server.kernels();
      const connections = async (): Promise<number | undefined> => {
        await kernels.refreshRunning();
        return [...kernels.running()].find(({ id }) => id === asleep.id)?.connections;
      };
      // From then on the server keeps what comes.
      for (let left = 200; (await connections()) !== 0; left -= 1) {
        if (left === 0) throw new Error(`the server has not noticed\n${report()}`);
        await sleep(50);
      }
      writeFileSync(gate, '');
      await whenFiles([job.sandbox.cwd], () => (existsSync(over) ? true : undefined), LIMIT_MS, 'end of the cell', report);
      expect(text).toBe('begun\n');
      proxy.mend();
      // It connects anew by itself.
      const reply = await within(future.done, LIMIT_MS, 'reply of the cell', report);
      expect(reply.content.status).toBe('ok');
      expect(text).toBe(`begun\n${Array.from({ length: 500 }, (_, n) => `line ${n}\n`).join('')}`);
      expect(result).toBe("'the end'");
      // Nothing is left to be shown.
      expect((await execute('%live missed', asleep)).text).toBe('nothing was missed\n');
      await within(session.shutdown(), LIMIT_MS, 'shutdown of the notebook', report);
    } finally {
      await proxy.close();
    }
    await jobLives();
  }, 60_000);

  test('shutdown detaches: the kernel goes, the job lives, and a new kernel finds the namespace', async () => {
    await within(kernel.shutdown(), LIMIT_MS, 'shutdown', report);
    for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
    kernel = await connect();
    expect((await execute('kept')).result).toBe("'through restart'");
    await jobLives();
  });

  /** Opens a notebook, which the server knows by its path. */
  async function open(path: string): Promise<Kernel.IKernelConnection> {
    const session = await server.sessions().startNew({ path, name: path, type: 'notebook', kernel: { name: 'allranks-lab' } });
    await within(session.kernel!.info, LIMIT_MS, `kernel_info of ${path}`, report);
    return session.kernel!;
  }

  // Jupyter's own way to end a kernel interrupts it first; a server that is killed does not come to that.
  test.each([
    { how: 'killed', end: () => server.kill(), printed: 'begun\nwent on\n' },
    { how: 'terminated', end: () => server.terminate(), printed: 'begun\ninterrupted\nwent on\n' },
  ])('a server that is $how during a cell takes its kernel with it, not the cell; through the next one the notebook gets what it missed', async ({ how, end, printed }) => {
    const path = `${how}.ipynb`;
    const before = job.sandbox.processes();
    const notebook = await open(path);
    const started = job.sandbox.processes().filter((pid) => !before.includes(pid));
    expect(started).not.toEqual([]);
    const [gate, over] = [join(job.sandbox.cwd, `${how}.gate`), join(job.sandbox.cwd, `${how}.over`)];
    const wait = `while not os.path.exists('${gate}'): time.sleep(0.01)`;
    const future = notebook.requestExecute({
      code: `print('begun', flush=True)\ntry:\n    ${wait}\nexcept KeyboardInterrupt:\n    print('interrupted')\n    ${wait}\nprint('went on')\nmade = '${how}'\nopen('${over}', 'w').close()`,
    });
    const begun = new Promise<void>((resolve) => {
      future.onIOPub = ({ header }) => (header.msg_type === 'stream' ? resolve() : undefined);
    });
    // Its end comes to nobody.
    future.done.catch(() => undefined);
    await within(begun, LIMIT_MS, 'output of the cell', report);
    await end();
    expect(job.sandbox.processes().filter((pid) => started.includes(pid))).toEqual([]);
    await server.stop();
    writeFileSync(gate, '');
    await whenFiles([job.sandbox.cwd], () => (existsSync(over) ? true : undefined), LIMIT_MS, 'end of the cell', report);
    server = await JupyterServer.start(job.sandbox);
    kernel = await open(path);
    const next = await execute('made, kept');
    expect(next.displays).toEqual([expect.stringMatching(/^\[cell \d+ of this notebook went on without it: %live missed shows what was printed\]$/)]);
    expect(next.result).toBe(`('${how}', 'through restart')`);
    const missed = await execute('%live missed');
    expect(missed.displays).toEqual([expect.stringMatching(/^In \[\d+\]: print\('begun', flush=True\) {2}\(is done\)$/)]);
    expect(missed.text).toBe(printed);
    expect((await execute('%live missed')).text).toBe('nothing was missed\n');
    await jobLives();
  }, 60_000);

  test('the end of the server shuts its kernels down and leaves the job alive', async () => {
    await server.terminate();
    await server.stop();
    for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
    const notebook = await job.attach();
    expect((await notebook.ok('kept')).result).toBe("'through restart'");
  }, 60_000);
});
