/** A real Jupyter server in a sandbox, and clients of it made by @jupyterlab/services, as JupyterLab uses them. */
import { KernelManager, KernelSpecManager, ServerConnection, SessionManager } from '@jupyterlab/services';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './kernel-client';
import { testPython } from './places';
import type { Sandbox } from './sandbox';
import { GrowingText, within } from './wait';

export class JupyterServer {
  readonly log = new GrowingText();
  private readonly managers: { dispose(): void }[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly settings: ServerConnection.ISettings,
  ) {
    child.stdout!.on('data', (data) => this.log.add(data));
    child.stderr!.on('data', (data) => this.log.add(data));
  }

  /** Starts a server that sees the kernelspecs of `sandbox`; with `lab`, JupyterLab's pages too. `like`: on port and token of one that has ended. */
  static async start(sandbox: Sandbox, { lab = false, like }: { lab?: boolean; like?: JupyterServer } = {}): Promise<JupyterServer> {
    const [port] = like === undefined ? await freePorts(1) : [like.port];
    const token = like?.settings.token ?? randomBytes(16).toString('hex');
    const options = [
      '--no-browser',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--IdentityProvider.token=${token}`,
    ];
    if (lab) {
      // Its question about news would ask the network and cover the page.
      const folder = join(sandbox.env['JUPYTER_CONFIG_DIR']!, 'labconfig');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'page_config.json'), JSON.stringify({ disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } }));
    }
    const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];
    const child = spawn(testPython(), ['-m', lab ? 'jupyterlab' : 'jupyter_server', ...asRoot, ...options, `--ServerApp.root_dir=${sandbox.cwd}`], {
      env: sandbox.env,
      cwd: sandbox.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const baseUrl = `http://127.0.0.1:${port}/`;
    const server = new JupyterServer(
      child,
      ServerConnection.makeSettings({ baseUrl, wsUrl: baseUrl.replace('http', 'ws'), token, appendToken: true }),
    );
    try {
      await within(server.log.match(/is running at/), 90_000, 'start of the Jupyter server', () => server.log.text);
      await within(server.listens(Number(port)), 20_000, 'a Jupyter server that listens', () => server.log.text);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** The server says that it is running before its loop has begun, whose first turn opens the port, untold. */
  private async listens(port: number): Promise<void> {
    while (this.child.exitCode === null && this.child.signalCode === null) {
      const socket = connect(port, '127.0.0.1');
      const open = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      socket.destroy();
      if (open) return;
      await sleep(20);
    }
    throw new Error(`the Jupyter server has ended\n${this.log.text}`);
  }

  get port(): number {
    return Number(new URL(this.settings.baseUrl).port);
  }

  /** Settings of clients; by way of another port. */
  private by(port = this.port): ServerConnection.ISettings {
    const { baseUrl, wsUrl, token } = this.settings;
    const through = (url: string): string => url.replace(`:${this.port}/`, `:${port}/`);
    return ServerConnection.makeSettings({ baseUrl: through(baseUrl), wsUrl: through(wsUrl), token, appendToken: true });
  }

  kernels(port?: number): KernelManager {
    const manager = new KernelManager({ serverSettings: this.by(port) });
    this.managers.push(manager);
    return manager;
  }

  specs(): KernelSpecManager {
    const manager = new KernelSpecManager({ serverSettings: this.settings });
    this.managers.push(manager);
    return manager;
  }

  /** Notebooks: kernels that the server knows by a path. `port`: of a way to the server. */
  sessions(port?: number): SessionManager {
    const manager = new SessionManager({ serverSettings: this.by(port), kernelManager: this.kernels(port) });
    this.managers.push(manager);
    return manager;
  }

  /** Ends the server as Ctrl-C and a yes would: it shuts down all kernels. */
  async terminate(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await within(closed, 20_000, 'end of the Jupyter server', () => this.log.text);
  }

  /** Ends the server as the system does when memory runs out, with its clients connected; resolves when its kernels have closed its output too. */
  async kill(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await within(closed, 20_000, 'end of the Jupyter server and its kernels', () => this.log.text);
  }

  /** Idempotent; by force if it still runs. */
  async stop(): Promise<void> {
    for (const manager of this.managers.splice(0)) manager.dispose();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = once(this.child, 'close');
      this.child.kill('SIGKILL');
      await closed;
    }
  }
}
