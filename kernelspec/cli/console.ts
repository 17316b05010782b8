/** `allranks console [JOB]`: a prompt in the ranks of a run, from any terminal of its machine. */
import { Console } from '../console/console';
import { Failure } from './failure';

/** Serves the terminal until the user leaves or the run ends. Throws Failure when there is no terminal or no such run. */
export async function consoleCommand(job: string | undefined): Promise<void> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY)
    throw new Failure('console needs a terminal; without one, `jupyter run --kernel allranks-NAME FILE` runs a script in the ranks');
  const console_ = new Console({
    input: stdin,
    output: stdout,
    hint: 'Ctrl-D leaves; the simulation goes on.',
    ...(job === undefined ? {} : { job }),
  });
  try {
    await console_.run();
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error));
  }
}
