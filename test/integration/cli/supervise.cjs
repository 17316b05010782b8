// supervise.cjs ROOT BRIDGE WORDS...: `allranks run WORDS...` with another bridge, quick to restart.
const { join } = require('node:path');
const [root, bridge, ...words] = process.argv.slice(2);
const run = join(root, 'dist', 'kernelspec', 'run');
const { supervise } = require(join(run, 'supervisor.js'));
const { SignalPassage, endLike, surviveOwnFaults } = require(join(run, 'program.js'));
const { parseRun } = require(join(run, 'run-options.js'));

surviveOwnFaults();
const signals = new SignalPassage();
supervise({ ...parseRun(words), bridgeCommand: [bridge], attachCommand: ['allranks', 'attach'], env: process.env, firstRestartMs: 5 }, signals).then((end) => {
  signals.close();
  endLike(end);
});
