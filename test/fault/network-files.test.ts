/**
 * yt_run_ReloadScript where the user is on another machine: the job's working folder is a mount of sshfs, the user works in the folder
 * behind it. Its client is the real one and speaks to OpenSSH's sftp-server, through a pipe in place of ssh.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { Sandbox } from '../support/sandbox';
import { whenFiles } from '../support/wait';

/** Caches by which a file that was absent, or was there, or had its size, is believed to be so for longer than a test waits. */
const LONG = ['negative', 'entry', 'attr', 'dcache'].map((cache) => `${cache}_timeout=600`).join(',');

describe.each([
  ['with the settings that it has', []],
  ['that believes for ten minutes what it knew', ['-o', LONG]],
])('a script that is read again over a network file system %s', (_, options) => {
  let job: Job;
  let behind: string;
  const check = reporting(() => job);
  const path = (name: string): string => join(behind, name);
  const file = (name: string, there = true): Promise<true> =>
    whenFiles(
      [behind],
      () => (existsSync(path(name)) === there ? true : undefined),
      20_000,
      `${name} ${there ? 'made' : 'removed'}`,
      () => job.report(),
    );
  const stands = (): Promise<RegExpExecArray> => job.printed(/yt_run_ReloadScript: the run stands still/);
  const reload = async (source: string): Promise<string> => {
    writeFileSync(path('reload.py'), source);
    writeFileSync(path('LIBYT_RELOAD'), '');
    await file('LIBYT_RELOAD', false);
    return readFileSync(path('LIBYT_RELOAD_SUCCESS'), 'utf8');
  };

  beforeAll(async () => {
    const sandbox = new Sandbox();
    behind = join(sandbox.folder, 'behind');
    const server = join(sandbox.folder, 'server');
    mkdirSync(behind);
    writeFileSync(server, '#!/bin/sh\nexec /usr/lib/openssh/sftp-server\n', { mode: 0o700 });
    execFileSync('sshfs', ['-o', `ssh_command=${server}`, ...options, `here:${behind}`, sandbox.cwd]);
    job = Job.launch({
      ranks: 2,
      program: 'libyt_entries',
      args: ['0', 'r', 'each_round'],
      scripts: { 'libyt_entries_script.py': 'calls = 0\ndef each_round():\n    global calls\n    calls += 1\n' },
      sandbox,
    });
    await job.live();
  }, 60_000);

  afterAll(async () => {
    if (job) execFileSync('umount', ['-l', job.sandbox.cwd]);
    await job?.stop();
  });

  check('the run stands at a flag file that another machine has made after the run had looked for it', async () => {
    const notebook = await job.attach();
    expect(await notebook.value<number>('calls')).toBeGreaterThan(0);
    await notebook.close();
    writeFileSync(path('LIBYT_STOP'), '');
    await stands();
  });

  check('requests are seen, scripts are read whole, and results are there, again and again', async () => {
    for (let n = 1; n <= 4; n += 1) {
      // Each is longer than the one before: none may be cut at a length that was known.
      const line = `pass # ${'x'.repeat(60)}\n`;
      // What somebody asks for on the job's machine, it knows from then on.
      if (n > 1) statSync(join(job.sandbox.cwd, 'reload.py'));
      expect(await reload(`n = 0\n${line.repeat(n)}print("script ${n}")\n`)).toContain(`[MPI Process 1]\nscript ${n}\n`);
    }
  });

  check('a request that is made anew while its script runs is the next one', async () => {
    writeFileSync(path('reload.py'), 'import os, time\nopen("BEGUN", "w").close()\nwhile not os.path.exists("GO"): time.sleep(0.01)\n');
    writeFileSync(path('LIBYT_RELOAD'), '');
    await file('BEGUN');
    writeFileSync(path('reload.py'), 'print("the next")\nopen("DONE", "w").close()\n');
    writeFileSync(path('LIBYT_RELOAD'), 'anew');
    // Through the mount: what the script sees of it is not the matter here.
    writeFileSync(join(job.sandbox.cwd, 'GO'), '');
    await file('DONE');
    await file('LIBYT_RELOAD', false);
    expect(readFileSync(path('LIBYT_RELOAD_SUCCESS'), 'utf8')).toContain('the next');
  });

  check('_EXIT lets the run go on, and so does the removal of the flag file', async () => {
    writeFileSync(path('LIBYT_RELOAD_EXIT'), '');
    await file('LIBYT_RELOAD_EXIT', false);
    await reload('pass\n');
    rmSync(path('LIBYT_STOP'));
    await job.recorded((record) => (record['state'] === 'running' ? true : undefined), 'a running simulation');
    // Through the mount: the program looks for it with stat.
    writeFileSync(join(job.sandbox.cwd, 'ENOUGH'), '');
    expect(await job.end()).toBe(0);
  });
});
