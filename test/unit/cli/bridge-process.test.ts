/** The bridge as `allranks run` keeps it: started again as often as it fails. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeProcess } from '../../../kernelspec/run/bridge-process';

let folder: string;
let bridge: BridgeProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allranks-bridge-'));
});

afterEach(async () => {
  bridge?.close();
  bridge?.terminate();
  await bridge?.whenGone(10_000);
  rmSync(folder, { recursive: true });
});

test('a bridge that fails more often than anybody waits for is tried again, more rarely, and works once the reason is gone', async () => {
  const [runs, log, socket, mended] = ['runs', 'log', 'ranks.sock', 'mended'].map((name) => join(folder, name)) as [string, string, string, string];
  appendFileSync(runs, '');
  const warnings: string[] = [];
  const times = (): number => readFileSync(runs, 'utf8').length;
  const script = `printf x >> '${runs}'; test -e '${mended}' || exit 3; : > '${socket}'; exec sleep 600`;
  const done = new Promise<void>((resolve) => {
    bridge = new BridgeProcess({
      command: ['sh', '-c', script],
      logPath: log,
      ranksSocket: socket,
      warn: (warning) => {
        warnings.push(warning);
        // The second one says that it is tried more rarely.
        if (warnings.length === 2) resolve();
      },
      firstDelayMs: 0,
      rareDelayMs: 20,
    });
  });
  bridge?.start();
  await done;
  const before = times();
  expect(before).toBeGreaterThan(10);
  expect(warnings).toEqual([
    'the bridge has to be started again: it ended with exit code 3; the program goes on',
    `the bridge fails again and again (it ended with exit code 3); the program goes on, and it is tried again every 0.02 s; see ${log}`,
  ]);
  writeFileSync(mended, '');
  expect(await bridge?.whenReady(60_000)).toBe(true);
  expect(bridge?.alive).toBe(true);
  expect(times()).toBeGreaterThan(before);
  // Nothing more to tell.
  expect(warnings).toHaveLength(2);
});
