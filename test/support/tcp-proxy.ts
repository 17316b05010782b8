/** A way to a server of this machine that tests can cut, as a laptop's way is cut when it sleeps. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  /** New connections while the way is cut; null: it is not. */
  private waiting: Socket[] | null = null;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly target: number,
  ) {}

  /** Listens on the loopback and passes on to `target` there. */
  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, (server.address() as { port: number }).port, target);
    server.on('connection', (socket) => (proxy.waiting === null ? proxy.pass(socket) : void proxy.waiting.push(socket)));
    return proxy;
  }

  /** Ends all connections; new ones lead nowhere until `mend`. */
  cut(): void {
    this.waiting ??= [];
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    const { waiting } = this;
    this.waiting = null;
    for (const socket of waiting ?? []) this.pass(socket);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.cut();
    for (const socket of this.waiting ?? []) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  private pass(socket: Socket): void {
    const other = connect(this.target, '127.0.0.1');
    for (const [one, far] of [[socket, other], [other, socket]] as const) {
      this.sockets.add(one);
      // The end of one side is the end of both, however it comes.
      one.on('error', () => far.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        far.destroy();
      });
      one.pipe(far);
    }
  }
}
