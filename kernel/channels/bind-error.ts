import { reasonOf } from '../log';
import type { ChannelName } from './connection-file';

/** A socket could not be bound; the message is one sentence with channel and address. */
export class BindError extends Error {
  constructor(channel: ChannelName, endpoint: string, cause: unknown) {
    super(`cannot bind the ${channel} socket to ${endpoint}: ${reasonOf(cause)}`, { cause });
    this.name = 'BindError';
  }
}
