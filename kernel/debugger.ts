/**
 * What Jupyter adds to the Debug Adapter Protocol, over the executor's debugger: state that survives a reload of the page, cells as
 * files, the variables of a kernel that has not stopped. Shapes and defaults are ipykernel's, which front ends were written for.
 */
import type { DebugMessage, DebugVariable, Debugging } from './executor';
import { reasonOf } from './log';
import { RequestError, stringField } from './handlers/fields';

type Content = Record<string, unknown>;

/** Names of IPython's own in the namespace. */
const HIDDEN: ReadonlySet<string> = new Set([
  '__name__', '__doc__', '__package__', '__loader__', '__spec__', '__annotations__', '__builtins__', '__builtin__', '__display__', '__file__',
  'get_ipython', 'debugpy', 'exit', 'quit', 'In', 'Out', '_oh', '_dh', '_', '__', '___',
]);
/** Entries of a listing that are no variables. */
const GROUPS: ReadonlySet<string> = new Set(['special variables', 'function variables', 'class variables', 'protected variables']);

function isShown(name: string): boolean {
  return !HIDDEN.has(name) && !/^_\d/.test(name) && !name.startsWith('_i');
}

export class DebugState {
  private started = false;
  private readonly breakpoints = new Map<string, unknown[]>();
  private readonly stopped = new Set<number>();

  constructor(private readonly debugging: Debugging) {}

  /** An event of the executor's debugger, before it is published. */
  event(event: DebugMessage): void {
    const body = part(event, 'body');
    const thread = Number(body['threadId']);
    if (event['event'] === 'stopped') this.stopped.add(thread);
    else if (event['event'] === 'continued') {
      if (body['allThreadsContinued'] === false) this.stopped.delete(thread);
      else this.stopped.clear();
    } else if (event['event'] === 'terminated') this.reset();
  }

  /** The content of the reply to one `debug_request`. Never rejects: what goes wrong is a response without success. */
  async answer(request: Content): Promise<Content> {
    const command = typeof request['command'] === 'string' ? request['command'] : '';
    try {
      return await this.dispatch(command, request);
    } catch (error) {
      return { ...response(request, {}, false), message: reasonOf(error) };
    }
  }

  private async dispatch(command: string, request: Content): Promise<Content> {
    const args = part(request, 'arguments');
    switch (command) {
      case 'debugInfo':
        return response(request, await this.info());
      case 'inspectVariables':
        return response(request, { variables: shown(await this.debugging.variables(0)) });
      case 'richInspectVariables':
        return this.rich(request, args);
      case 'modules':
        return response(request, await this.modules(args));
      case 'copyToGlobals':
        return this.copyToGlobals(request, args);
      case 'initialize':
        if (!this.started) await this.debugging.start();
        this.started = true;
        return this.debugging.request(request);
      case 'variables':
        if (this.stopped.size > 0) return filtered(await this.debugging.request(request));
        return response(request, { variables: shown(await this.debugging.variables(Number(args['variablesReference'] ?? 0))) });
      default:
        break;
    }
    if (!this.started) return { ...response(request, {}, false), message: 'the debugger is not started' };
    switch (command) {
      case 'dumpCell':
        return response(request, { sourcePath: await this.debugging.cellFile(stringField(args, 'code')) });
      case 'source':
        return this.source(request, args);
      case 'setBreakpoints':
        return this.setBreakpoints(request, args);
      case 'configurationDone':
        return response(request);
      case 'disconnect':
        // Front ends ask for the end of what is debugged too, which for a kernel never meant its process; here it is a run.
        this.reset();
        await this.debugging.stop();
        return response(request);
      default:
        return this.debugging.request(request);
    }
  }

  private reset(): void {
    this.started = false;
    this.breakpoints.clear();
    this.stopped.clear();
  }

  private async info(): Promise<Content> {
    const { prefix, suffix, seed } = await this.debugging.names();
    return {
      isStarted: this.started,
      hashMethod: 'Murmur2',
      hashSeed: seed,
      tmpFilePrefix: prefix,
      tmpFileSuffix: suffix,
      breakpoints: [...this.breakpoints].map(([source, breakpoints]) => ({ source, breakpoints })),
      stoppedThreads: [...this.stopped],
      richRendering: true,
      exceptionPaths: ['Python Exceptions'],
      copyToGlobals: true,
    };
  }

  private async setBreakpoints(request: Content, args: Content): Promise<Content> {
    const path = stringField(part(args, 'source'), 'path');
    const reply = await this.debugging.request(request);
    // The debugger may have moved them to lines with code.
    const set = part(reply, 'body')['breakpoints'];
    if (reply['success'] === true && Array.isArray(set)) this.breakpoints.set(path, set.map((item: Content) => ({ line: item['line'] })));
    return reply;
  }

  private async source(request: Content, args: Content): Promise<Content> {
    const content = await this.debugging.source(stringField(part(args, 'source'), 'path'));
    if (content !== null) return response(request, { content });
    return { ...response(request, {}, false), message: 'source unavailable' };
  }

  private async rich(request: Content, args: Content): Promise<Content> {
    const name = stringField(args, 'variableName');
    if (!isIdentifier(name)) return response(request, { data: {}, metadata: {} }, GROUPS.has(name));
    const frame = args['frameId'];
    const value = this.stopped.size > 0 && typeof frame === 'number' ? await this.debugging.value(name, frame) : await this.debugging.value(name);
    const metadata = Object.fromEntries(Object.entries(value.metadata).filter(([key]) => key in value.data));
    return response(request, { data: value.data, metadata });
  }

  private async copyToGlobals(request: Content, args: Content): Promise<Content> {
    const source = stringField(args, 'srcVariableName');
    const destination = stringField(args, 'dstVariableName');
    if (!isIdentifier(source) || !isIdentifier(destination)) throw new RequestError('dstVariableName and srcVariableName must be valid identifiers');
    if (!this.started) throw new RequestError('the debugger is not started');
    const arguments_ = { expression: `globals()['${destination}']`, value: source, frameId: args['srcFrameId'] };
    return this.debugging.request({ type: 'request', command: 'setExpression', seq: request['seq'], arguments: arguments_ });
  }

  private async modules(args: Content): Promise<Content> {
    const all = await this.debugging.modules();
    const start = Number(args['startModule'] ?? 0);
    const count = Number(args['moduleCount'] ?? 0);
    const wanted = all.slice(start, count > 0 ? start + count : undefined);
    return { modules: wanted.map(({ name, path }, at) => ({ id: start + at, name, path })), totalModules: all.length };
  }
}

function response(request: Content, body?: Content, success = true): Content {
  return { type: 'response', seq: request['seq'] ?? 0, request_seq: request['seq'] ?? 0, success, command: request['command'] ?? '', ...(body === undefined ? {} : { body }) };
}

function part(content: Content, name: string): Content {
  const value = content[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : {};
}

function shown(variables: readonly DebugVariable[]): DebugVariable[] {
  return variables.filter(({ name }) => isShown(name));
}

function filtered(reply: DebugMessage): DebugMessage {
  const body = part(reply, 'body');
  const listed = body['variables'];
  if (!Array.isArray(listed)) return reply;
  return { ...reply, body: { ...body, variables: listed.filter((item: Content) => isShown(String(item['name']))) } };
}

/** As Python has them. */
function isIdentifier(name: string): boolean {
  return /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(name);
}
