/** Where one rank differs from the others: in what it gives to a function, in what an inline function does there, in its working folder. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { Told } from '../support/told';

/** `each_round` needs all ranks; `quiet` none. */
const TOGETHER = `
import sys, allranks
def each_round(*args):
    print("sum", allranks.comm.allreduce(allranks.rank), *args, flush=True)
def quiet():
    pass
`;

describe('what one rank alone gives wrong', () => {
  let job: Job | undefined;
  const check = reporting(() => job);
  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });
  const ended = async (args: string[], mode: string, ranks = 3): Promise<Told> => {
    job = Job.launch({
      ranks,
      program: 'libyt_one_wrong',
      args,
      scripts: { 'one_wrong.py': TOGETHER },
      env: { ALLRANKS_MODE: mode },
      supervised: false,
    });
    expect(await job.end(60_000)).toBe(0);
    return new Told(job.output.text);
  };

  for (const wrong of [0, 2]) {
    const own = (sentence: string, function_: string) => (rank: number) =>
      `${function_}: ${rank === wrong ? '' : `rank ${wrong}: `}${sentence}`;

    check(
      `is YT_FAIL on all ranks, the others name that rank, and the right call works afterwards: rank ${wrong} of 3`,
      async () => {
        const told = await ended([String(wrong)], '');
        const refused: [string, string, string][] = [
          ['initialize_null', 'yt_initialize', 'param_libyt is NULL'],
          ['initialize_null_again', 'yt_initialize', 'param_libyt is NULL'],
          ['jupyter_null', 'yt_run_JupyterKernel', 'the name of the flag file is NULL'],
          ['interactive_null', 'yt_run_InteractiveMode', 'the name of the flag file is NULL'],
          ['reload_flag_null', 'yt_run_ReloadScript', 'the name of the flag file is NULL'],
          ['reload_file_null', 'yt_run_ReloadScript', 'the name of the file to reload, or of the script, is NULL'],
          ['reload_script_null', 'yt_run_ReloadScript', 'the name of the file to reload, or of the script, is NULL'],
        ];
        for (const [name, function_, sentence] of refused) told.expectAll(name, own(sentence, function_));
        for (const name of ['initialize', 'jupyter', 'interactive', 'reload', 'function', 'arguments', 'quiet', 'free', 'finalize'])
          told.expectAll(name, undefined);
        // As a function that raises there: the others are let go, and the failure is recorded where it is.
        const alone = (text: string) => (rank: number) => (rank === wrong ? text : undefined);
        told.expectAll('function_null', alone('yt_run_Function: the function name is NULL or empty'));
        told.expectAll('argument_null', alone('yt_run_FunctionArguments: an argument is NULL'));
        told.expectAll('quiet_null', alone('yt_run_Function: the function name is NULL or empty'));
        expect(job!.output.text).toContain(`RankDeparted: rank ${wrong} left this function with a wrong argument`);
        expect(job!.output.text.match(/^sum 3$/gm)).toHaveLength(3);
        expect(job!.output.text.match(/^sum 3 1 2$/gm)).toHaveLength(3);
      },
      60_000,
    );

    check(
      `to a function is YT_FAIL on all ranks in the mode normal: rank ${wrong} of 3`,
      async () => {
        const told = await ended([String(wrong)], 'normal');
        const everywhere = (text: string, others: RegExp | string) => (rank: number) => (rank === wrong ? text : others);
        const departed = new RegExp(`each_round raised: Traceback.*`);
        told.expectAll('function_null', everywhere('yt_run_Function: the function name is NULL or empty', departed));
        told.expectAll('argument_null', everywhere('yt_run_FunctionArguments: an argument is NULL', departed));
        told.expectAll('quiet_null', everywhere('yt_run_Function: the function name is NULL or empty', `quiet failed on rank ${wrong}`));
        for (const name of ['initialize', 'function', 'arguments', 'quiet', 'finalize']) told.expectAll(name, undefined);
      },
      60_000,
    );

    check(
      `to allranks.h is refused without any rank left waiting: rank ${wrong} of 3`,
      async () => {
        const told = await ended([String(wrong), 'own'], '');
        const alone = (text: string) => (rank: number) => (rank === wrong ? text : undefined);
        told.expectAll('initialize_null', undefined);
        expect(existsSync(join(job!.sandbox.cwd, 'inline_script.py'))).toBe(wrong === 0);
        told.expectAll('function_null', alone('allranks_run_function: the name is NULL or empty'));
        told.expectAll('argument_null', alone('allranks_run_function: argument 0 is NULL'));
        told.expectAll('argc_negative', alone('allranks_run_function: argc is negative'));
        told.expectAll('comm_without_name', own('the name is NULL or empty', 'allranks_expose_comm'));
        for (const name of ['function', 'comm', 'step', 'finalize']) told.expectAll(name, undefined);
      },
      60_000,
    );
  }

  check(
    'is told in the same words when all ranks, or the only one, are wrong',
    async () => {
      const told = await ended(['0'], '', 1);
      told.expectAll('initialize_null', 'yt_initialize: param_libyt is NULL', 1);
      told.expectAll('initialize', undefined, 1);
      told.expectAll('jupyter_null', 'yt_run_JupyterKernel: the name of the flag file is NULL', 1);
      told.expectAll('function_null', 'yt_run_Function: the function name is NULL or empty', 1);
      told.expectAll('finalize', undefined, 1);
    },
    60_000,
  );
});

describe('an inline function that raises on one rank', () => {
  let job: Job | undefined;
  const check = reporting(() => job);
  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });
  const RAISES = `
import allranks, libyt
def breaks():
    if allranks.rank == 1: raise ValueError("only here")
def look():
    recorded = {name: text.strip().splitlines()[-1] for name, text in libyt.interactive_mode["func_err_msg"].items()}
    print("recorded on", allranks.rank, recorded, list(libyt.interactive_mode), libyt.interactive_mode["func_body"]["breaks"].splitlines()[0], flush=True)
`;
  const run = async (mode: string, entries: string): Promise<number | NodeJS.Signals> => {
    job = Job.launch({
      ranks: 3,
      program: 'libyt_entries',
      args: ['2', entries, 'breaks', 'look'],
      scripts: { 'libyt_entries_script.py': RAISES },
      env: { ALLRANKS_MODE: mode },
      supervised: false,
    });
    return job.end(60_000);
  };

  check(
    'is YT_FAIL on every rank in the mode normal, with the rank that has failed',
    async () => {
      expect(await run('normal', '')).toBe(1);
      const told = job!.output.text.split('\n').filter((line) => /^breaks on rank \d: /.test(line));
      // In each of two rounds.
      expect(told.sort()).toEqual([
        ...Array(2).fill('breaks on rank 0: breaks failed on rank 1'),
        ...Array(2).fill('breaks on rank 1: breaks raised: Traceback (most recent call last):'),
        ...Array(2).fill('breaks on rank 2: breaks failed on rank 1'),
      ]);
      expect(job!.output.text).not.toContain('look on rank');
    },
    60_000,
  );

  for (const [mode, entries] of [
    ['', 'ij'],
    ['interactive', 'i'],
    ['jupyter', 'j'],
  ] as const) {
    check(
      `is YT_SUCCESS on every rank in the mode ${mode || 'that is not set'}: it is recorded on its rank, and the simulation goes on`,
      async () => {
        expect(await run(mode, entries)).toBe(0);
        expect(job!.output.text).toContain('round 1 is over');
        const about = "['script_globals', 'func_err_msg', 'func_body'] def breaks():";
        for (const rank of [0, 1, 2]) {
          const recorded = rank === 1 ? `{'breaks': 'ValueError: only here'}` : '{}';
          expect(job!.output.text.split(`recorded on ${rank} ${recorded} ${about}\n`)).toHaveLength(3);
        }
      },
      60_000,
    );
  }
});

describe('ranks in working folders of their own', () => {
  let job: Job | undefined;
  const check = reporting(() => job);
  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });
  /** Each rank goes to a folder of its own, in which `has(rank)` tells whether there is a flag file. */
  const script = (has: string): string => `
import os, allranks
os.mkdir(f"folder-{allranks.rank}")
os.chdir(f"folder-{allranks.rank}")
if ${has}: open("LIBYT_STOP", "w").close()
rounds = 0
def each_round():
    global rounds
    rounds += 1
`;

  for (const entry of ['j', 'i', 'r']) {
    check(
      `all stand still when rank 0 sees the flag file, and go on when it is gone there: ${entry}`,
      async () => {
        job = await Job.start({
          ranks: 3,
          program: 'libyt_entries',
          args: ['3', entry, 'each_round'],
          scripts: { 'libyt_entries_script.py': script('allranks.rank == 0') },
        });
        const notebook = await job.attach();
        expect(
          await notebook.value('allranks.comm.allgather((rounds, os.path.exists("LIBYT_STOP"), os.path.basename(os.getcwd())))'),
        ).toEqual([
          [1, true, 'folder-0'],
          [1, false, 'folder-1'],
          [1, false, 'folder-2'],
        ]);
        rmSync(join(job.sandbox.cwd, 'folder-0', 'LIBYT_STOP'));
        expect(await job.end(30_000)).toBe(0);
        expect(job.output.text).toContain('round 2 is over');
      },
      60_000,
    );
  }

  check(
    'none stands still when rank 0 does not see the flag file that all others see',
    async () => {
      job = Job.launch({
        ranks: 3,
        program: 'libyt_entries',
        args: ['3', 'jir', 'each_round'],
        scripts: { 'libyt_entries_script.py': script('allranks.rank != 0') },
      });
      expect(await job.end(30_000)).toBe(0);
      expect(job.output.text).toContain('round 2 is over');
      expect(job.output.text).not.toContain('the run stands still');
      for (const rank of [1, 2]) expect(existsSync(join(job.sandbox.cwd, `folder-${rank}`, 'LIBYT_STOP'))).toBe(true);
    },
    60_000,
  );
});
