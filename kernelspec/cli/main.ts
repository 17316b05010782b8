/**
 * Entry of the command line. `run` is handled before anything else is loaded: it has to start the program even when the
 * other commands cannot be loaded.
 */
import { runCommand } from '../run';
import type * as Commands from './commands';

const words = process.argv.slice(2);
if (words[0] === 'run') {
  void runCommand(words.slice(1));
} else {
  // A reader that has seen enough, such as `head`, ends the command as SIGPIPE would; a kernel does not depend on its terminal.
  process.stdout.on('error', () => {
    if (words[0] !== 'attach') process.exit(141);
  });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loading it is what `run` must not depend on
  const { commandLine } = require('./commands') as typeof Commands;
  void commandLine(words).then((code) => {
    // The kernel closes its own sockets. The other commands are done here: a peer that does not answer must not keep them.
    if (words[0] === 'attach') process.exitCode = code;
    else process.exit(code);
  });
}
