/** The stdin channel: asks the client of a request for a line of input, one question at a time. */
import type { Session, Request } from '../wire/message';
import { toJson } from '../wire/codec';
import { ExecutorError } from '../executor';
import type { RouterChannel } from './router';

interface Question {
  /** Header of the request whose client is asked. */
  request: Request;
  /** Id of our `input_request`; undefined until it is sent. */
  id: string | undefined;
  resolve(value: string): void;
  reject(error: Error): void;
}

export class StdinChannel {
  private question: Question | undefined;

  constructor(
    private readonly router: RouterChannel,
    private readonly session: Session,
  ) {}

  /**
   * Sends `input_request` to the client of `request` and waits for its answer, as long as the user thinks: `cancel` ends
   * the wait. Rejects with an `ExecutorError`.
   */
  async ask(request: Request, prompt: string, password: boolean): Promise<string> {
    if (this.question !== undefined) throw new ExecutorError('refused', 'another question is waiting for its answer');
    const answer = new Promise<string>((resolve, reject) => {
      this.question = { request, id: undefined, resolve, reject };
    });
    // Answers to earlier questions that still lie in the socket would be taken for the answer to this one.
    void this.router.ranDry().then(() => this.send(request, prompt, password));
    return answer;
  }

  /** A message on the stdin socket, verified. Anything but the awaited answer is dropped: then false. */
  receive(message: Request): boolean {
    const question = this.question;
    if (question?.id === undefined || message.header.msg_type !== 'input_reply') return false;
    if (!sameClient(message, question.request) || this.answersEarlier(message, question.id)) return false;
    this.question = undefined;
    const { value } = message.content;
    question.resolve(typeof value === 'string' ? value : '');
    return true;
  }

  /** Ends the wait for `request`, or any wait, with an error; without one a no-op. */
  cancel(reason: string, request?: Request): void {
    const question = this.question;
    if (question === undefined || (request !== undefined && question.request !== request)) return;
    this.question = undefined;
    question.reject(new ExecutorError('interrupted', reason));
  }

  private send(request: Request, prompt: string, password: boolean): void {
    if (this.question?.request !== request) return;
    const frames = this.session.encode(request.identities, 'input_request', request.headerJson, toJson({ prompt, password }));
    this.question.id = this.session.lastId;
    this.router.send(frames);
  }

  /** Clients may leave the parent out or name the execute request; only another question of ours is a wrong parent. */
  private answersEarlier(message: Request, id: string): boolean {
    return message.parentId !== undefined && message.parentId !== id && message.parentId.startsWith(this.session.id);
  }
}

function sameClient(a: Request, b: Request): boolean {
  return a.identities.length === b.identities.length && a.identities.every((identity, i) => b.identities[i]?.equals(identity) === true);
}
