/** The command line: its commands and options, and what wrong use answers. Each command's work is in a file of its own. */
import { Command, CommanderError } from 'commander';
import { RUN_HELP } from '../run/run-options';
import { attachCommand } from './attach';
import { consoleCommand } from './console';
import { doctorCommand } from './doctor';
import { exportCommand } from './export';
import { Failure } from './failure';
import { installKernelspec, listKernelspecs, PERMANENT, removeKernelspec } from './kernelspecs';
import type { PlaceOptions } from './kernelspecs';
import { listCommand } from './list';
import { stacksCommand } from './stacks';
import { loneBridgeCommand } from './lone-bridge';
import type { LoneBridgeOptions } from './lone-bridge';

/**
 * Runs one command.
 * Returns the exit code: 0, 1 when it could not be done, 2 for wrong use; either with one sentence on stderr.
 */
export async function commandLine(words: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = build((code) => {
    exitCode = code;
  });
  try {
    if (words.length === 0) throw new Failure('a command is needed: run, list, attach, console, stacks, kernelspec, export or doctor; see allranks --help', 2);
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come as errors with exit code 0. A command group without command shows help; that is wrong use.
      return error.exitCode === 0 ? 0 : 2;
    }
    process.stderr.write(`allranks: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

function build(exit: (code: number) => void): Command {
  const program = new Command('allranks');
  program
    .description('Notebook cells inside the MPI ranks of a live simulation.')
    .exitOverride()
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'allranks: ')) });

  // Shown in the help only: main.ts has handled it.
  program.command('run').description('start a simulation so that notebooks can attach').usage('[options] -- launcher and program').addHelpText('after', `\n${RUN_HELP}`);
  program
    .command('list')
    .description('live runs: name, ranks, step, time, state, age, host')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => listCommand(options));
  program
    .command('attach')
    .description('the kernel that Jupyter starts; without connection file it tells how to attach')
    .option('--connection-file <file>', 'connection file of Jupyter')
    .option('--job <job>', 'name or id of the run (default: ALLRANKS_JOB, else the only live run)')
    // Jupyter clients hand words of their own command line on to the kernel, such as the script of `jupyter run`.
    .allowExcessArguments()
    .allowUnknownOption()
    .action(async (options: { connectionFile?: string; job?: string }, command: Command) => {
      const word = command.args[0];
      if (options.connectionFile === undefined && word !== undefined) throw new Failure(`attach knows no ${JSON.stringify(word)}; a run is chosen with --job NAME`, 2);
      exit(await attachCommand(options));
    });
  program
    .command('console')
    .description('a prompt in the ranks of a run, on this terminal')
    .argument('[job]', 'name or id of the run (default: ALLRANKS_JOB, else the only live run)')
    .action((job: string | undefined) => consoleCommand(job));
  program
    .command('bridge', { hidden: true })
    .requiredOption('--job <name>', 'wanted name of the job')
    .requiredOption('--pid <pid>', 'process of rank 0')
    .action(async (options: LoneBridgeOptions) => exit(await loneBridgeCommand(options)));
  const kernelspec = program.command('kernelspec').description('install, list or remove the permanent kernelspec');
  kernelspec.action(() => {
    throw new Failure('kernelspec needs install, list or remove', 2);
  });
  const place = (command: Command): Command =>
    command.option('--prefix <folder>', 'below FOLDER/share/jupyter').option('--sys-prefix', 'in the active virtual environment').option('--user', "in the user's Jupyter folder (default)");
  place(kernelspec.command('install').description('write the kernelspec that attaches to the live run')).action((options: PlaceOptions) => {
    process.stdout.write(`${installKernelspec(options)}\n`);
  });
  place(kernelspec.command('list').description('kernelspecs of Allranks')).action((options: PlaceOptions) => listKernelspecs(options));
  place(kernelspec.command('remove').description('remove a kernelspec of Allranks').argument('[name]', 'its name', PERMANENT)).action((name: string, options: PlaceOptions) => {
    process.stdout.write(`removed ${removeKernelspec(name, options)}\n`);
  });
  program
    .command('export')
    .description('write the cells of a run, with their outputs, as a notebook')
    .argument('<job>', 'name of a live run, or a job folder')
    .argument('<notebook>', 'file to write, ending in .ipynb')
    .option('--force', 'replace an existing file')
    .action((job: string, notebook: string, options: { force?: boolean }) => exportCommand(job, notebook, options));
  program
    .command('stacks')
    .description('what every rank of a run does now, in Python and in native code')
    .argument('[job]', 'name or id of the run (default: ALLRANKS_JOB, else the only live run)')
    .action((job: string | undefined) => stacksCommand(job));
  program
    .command('doctor')
    .description('check Node, Python, MPI, guard, shared memory and kernelspecs')
    .action(async () => exit(await doctorCommand()));
  return program;
}
