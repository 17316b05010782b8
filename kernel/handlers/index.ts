/** Which handler answers which request, on which channel, and in which order. */
import type { Handler } from './call';
import { comm, commInfo } from './comm';
import { complete } from './complete';
import { interrupt, shutdown } from './control';
import { debug } from './debug';
import { execute } from './execute';
import { history } from './history';
import { inspect } from './inspect';
import { isComplete } from './is-complete';
import { connect, kernelInfo } from './kernel-info';
import { usage } from './usage';

export interface Route {
  handler: Handler;
  /** Runs in the order of arrival, one after the other. Otherwise it is answered at once, also while a cell runs. */
  serial: boolean;
  /** Type of the reply; undefined: there is none. */
  reply: string | undefined;
}

const atOnce = (handler: Handler, reply: string): Route => ({ handler, serial: false, reply });
const inOrder = (handler: Handler, reply?: string): Route => ({ handler, serial: true, reply });

export const SHELL: ReadonlyMap<string, Route> = new Map([
  ['execute_request', inOrder(execute, 'execute_reply')],
  ['comm_open', inOrder(comm)],
  ['comm_msg', inOrder(comm)],
  ['comm_close', inOrder(comm)],
  ['kernel_info_request', atOnce(kernelInfo, 'kernel_info_reply')],
  ['connect_request', atOnce(connect, 'connect_reply')],
  ['complete_request', atOnce(complete, 'complete_reply')],
  ['inspect_request', atOnce(inspect, 'inspect_reply')],
  ['is_complete_request', atOnce(isComplete, 'is_complete_reply')],
  ['history_request', atOnce(history, 'history_reply')],
  ['comm_info_request', atOnce(commInfo, 'comm_info_reply')],
  // Older clients send these to shell.
  ['interrupt_request', atOnce(interrupt, 'interrupt_reply')],
  ['shutdown_request', atOnce(shutdown, 'shutdown_reply')],
]);

export const CONTROL: ReadonlyMap<string, Route> = new Map([
  ['kernel_info_request', inOrder(kernelInfo, 'kernel_info_reply')],
  ['connect_request', inOrder(connect, 'connect_reply')],
  ['interrupt_request', inOrder(interrupt, 'interrupt_reply')],
  ['shutdown_request', inOrder(shutdown, 'shutdown_reply')],
  // In an order of their own: what is evaluated may take long, and is ended by an interrupt.
  ['debug_request', inOrder(debug, 'debug_reply')],
  // Asks the bridge: an interrupt must not wait for its answer.
  ['usage_request', atOnce(usage, 'usage_reply')],
]);
