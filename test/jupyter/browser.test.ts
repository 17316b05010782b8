/**
 * JupyterLab in a browser, by its keys and buttons, on a live job of 4 ranks: what a user does, and after each act the ranks
 * are the processes they were. One server and one page for all tests, in order.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Job } from '../support/job';
import { JupyterServer } from '../support/jupyter-server';
import { chromiumPath, root, testPython } from '../support/places';
import { whenFiles, within } from '../support/wait';

const RANKS = 4;
/** A cold start of JupyterLab in a browser on a busy machine. */
const START_MS = 120_000;
const LIMIT_MS = 40_000;

jest.setTimeout(LIMIT_MS * 2);

let job: Job;
let server: JupyterServer;
let browser: Browser;
let page: Page;
let pids: number[];

const CELLS = [
  'import os, time, allranks\nprint("ranks", allranks.comm.allgather(os.getpid()))',
  'print("begun", flush=True)\nwhile True: pass',
  'kept = "kept through it all"\nprint(kept)',
  'for n in range(40):\n    print("line", n, flush=True)\n    time.sleep(0.1)',
  'print("step of rank", allranks.rank)',
  '%live missed',
  '%live watch',
  'pair = allranks.comm.Split(allranks.rank // 2)\nwhile allranks.rank == 3 and not os.path.exists("ready"): time.sleep(0.1)\nif allranks.rank > 1: pair.Barrier()',
  `import anywidget, ipywidgets, traitlets
class Counter(anywidget.AnyWidget):
    _esm = '''
      function render({ model, el }) {
        const button = document.createElement("button");
        button.className = "own-counter";
        const show = () => { button.textContent = "pressed " + model.get("value") + " times"; };
        button.onclick = () => { model.set("value", model.get("value") + 1); model.save_changes(); };
        model.on("change:value", show);
        show();
        el.append(button);
      }
      export default { render };
    '''
    value = traitlets.Int(0).tag(sync=True)
counter, slider = Counter(), ipywidgets.IntSlider(7, description="level")
ipywidgets.VBox([slider, counter])`,
  'print("values", allranks.comm.allgather((counter.value, slider.value)))',
  'print("started", flush=True)\nwhile not os.path.exists("restarted"): time.sleep(0.01)\nfor n in range(300): print("item", n)\nopen("over", "w").close()',
];

/** Where pictures of the pages are left. */
const pictures = join(root, 'build', 'test-results');

/** The n-th code cell of the open notebook. */
const cell = (n: number): ReturnType<Page['locator']> => page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell').nth(n);
const output = (n: number): ReturnType<Page['locator']> => cell(n).locator('.jp-OutputArea');

/**
 * Does what makes the page attach to a kernel and waits until the kernel has answered it: what is run before, JupyterLab forgets.
 * Its own sign of an idle kernel is there before there is a kernel.
 */
async function attaching(act: () => Promise<unknown>): Promise<void> {
  const answered = new Promise<void>((resolve) => {
    page.on('websocket', (socket) => {
      if (socket.url().includes('/channels')) socket.on('framereceived', ({ payload }) => payload.includes('kernel_info_reply') && resolve());
    });
  });
  await act();
  await within(answered, START_MS, 'kernel_info in the page', () => server.log.text.slice(-3000));
  await page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status="idle"]').first().waitFor({ state: 'attached', timeout: START_MS });
  await cell(0).waitFor({ timeout: START_MS });
}

async function run(n: number): Promise<void> {
  await cell(n).locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
}

/** Waits until an output holds `text`; a failure tells what it holds instead. */
async function shows(n: number, text: string): Promise<void> {
  try {
    await output(n).filter({ hasText: text }).first().waitFor({ timeout: LIMIT_MS });
  } catch (error) {
    const found = await output(n).allInnerTexts();
    throw new Error(`cell ${n} shows ${JSON.stringify(found)} and not ${JSON.stringify(text)}\n${job.report()}\n${server.log.text.slice(-3000)}`, { cause: error });
  }
}

async function command(menu: string, entry: string): Promise<void> {
  await page.locator('.lm-MenuBar-item', { hasText: menu }).first().click();
  await page.locator('.lm-Menu-item', { hasText: entry }).first().click();
}

/** The notebook has no changes that are not on disk. */
async function saved(): Promise<void> {
  await page.locator('.lm-TabBar-tab.jp-mod-current.jp-mod-dirty').waitFor({ state: 'detached', timeout: LIMIT_MS });
}

function jobLives(): void {
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
}

beforeAll(async () => {
  job = await Job.start({ ranks: RANKS, name: 'browser', args: ['--steps', '0', '--step-us', '500'] });
  const notebook = {
    cells: CELLS.map((source, n) => ({ cell_type: 'code', id: `cell-${n}`, execution_count: null, metadata: {}, outputs: [], source })),
    metadata: { kernelspec: { name: 'allranks-browser', display_name: `browser — live, ${RANKS} ranks`, language: 'python' }, language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(job.sandbox.cwd, 'live.ipynb'), JSON.stringify(notebook));
  mkdirSync(pictures, { recursive: true });
  // Widgets that only tests need are taken from their environment.
  const packages = join(dirname(testPython()), '..', 'lib');
  await (await job.attach()).ok(`import glob, sys\nsys.path += glob.glob(${JSON.stringify(packages)} + '/python*/site-packages')`);
  server = await JupyterServer.start(job.sandbox, { lab: true });
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
}, START_MS);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await job?.stop();
}, 60_000);

test('the launcher offers the run by the name that users know', async () => {
  await page.goto(`${server.settings.baseUrl}lab?reset&token=${server.settings.token}`, { timeout: START_MS });
  const tile = page.locator('.jp-LauncherCard', { hasText: `browser — live, ${RANKS} ranks` });
  await tile.first().waitFor({ timeout: START_MS });
  expect(await tile.count()).toBeGreaterThanOrEqual(1);
}, START_MS + LIMIT_MS);

test('a cell runs in every rank', async () => {
  await attaching(() => page.goto(`${server.settings.baseUrl}lab/tree/live.ipynb?reset&token=${server.settings.token}`, { timeout: START_MS }));
  await run(0);
  await shows(0, 'ranks [');
  pids = JSON.parse(/\[[\d, ]+\]/.exec(await output(0).first().innerText())![0]) as number[];
  expect(pids).toHaveLength(RANKS);
  jobLives();
}, START_MS + LIMIT_MS);

test('the stop button interrupts the cell on all ranks', async () => {
  await run(1);
  await shows(1, 'begun');
  await page.locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"], .jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] button, .jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"] jp-button').first().click();
  await shows(1, 'KeyboardInterrupt');
  jobLives();
});

test('what differs between ranks is folded and labelled', async () => {
  await run(4);
  await shows(4, '[rank 3] step of rank 3');
});

test('a cell that lasts has one line, updated in place, that tells what its ranks do', async () => {
  await run(7);
  const line = output(7).locator('.jp-OutputArea-output');
  const seconds = async (): Promise<number> => Number(/for (\d+) s/.exec(await line.innerText())![1]);
  await line.filter({ hasText: /^2 of 4 ranks done, rank 2 in MPI_Barrier for \d+ s \(cell \d+, line 3\), rank 3 computing$/ }).waitFor({ timeout: LIMIT_MS });
  const first = await seconds();
  await line.filter({ hasText: new RegExp(`for ${first + 1} s`) }).waitFor({ timeout: LIMIT_MS });
  expect(await line.count()).toBe(1);
  await line.scrollIntoViewIfNeeded();
  // docs/jupyterlab.png is a copy of this picture.
  await page.screenshot({ path: join(pictures, 'jupyterlab.png') });
  writeFileSync(join(job.sandbox.cwd, 'ready'), '');
  await line.waitFor({ state: 'detached', timeout: LIMIT_MS });
  jobLives();
});

test('a page that is reloaded while a cell runs gets a living kernel and the same namespace', async () => {
  await run(2);
  await shows(2, 'kept through it all');
  await page.keyboard.press('Control+s');
  await run(3);
  await shows(3, 'line 1');
  page.once('dialog', (dialog) => void dialog.accept());
  await attaching(() => page.reload({ timeout: START_MS }));
  // What the cell printed before, while the page was gone, and what it prints until its end.
  await run(5);
  await shows(5, 'line 39');
  const lines = [...(await output(5).first().innerText()).matchAll(/^line (\d+)$/gm)].map(([, n]) => Number(n));
  expect(lines).toEqual(Array.from({ length: 40 }, (_, n) => n));
  await cell(2).locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('print("again: " + kept)');
  await page.keyboard.press('Control+Enter');
  await shows(2, 'again: kept through it all');
  jobLives();
}, START_MS + LIMIT_MS);

test('%live watch is a table that moves, whose buttons pause, step and resume the run', async () => {
  await run(6);
  const shown = cell(6).locator('.widget-vbox, .jupyter-widget-vbox, .widget-box').first();
  await shown.locator('table').first().waitFor({ timeout: LIMIT_MS });
  const step = async (): Promise<number> => Number(/step (\d+)/.exec(await shown.innerText())![1]);
  const press = (name: string): Promise<void> => shown.locator('button', { hasText: name }).click();
  const before = await step();
  await page.waitForFunction(`Number(/step (\\d+)/.exec(document.querySelector('.widget-html-content')?.textContent ?? '')?.[1] ?? 0) > ${before}`, undefined, { timeout: LIMIT_MS });
  await press('pause');
  await shown.filter({ hasText: 'browser: paused' }).waitFor({ timeout: LIMIT_MS });
  await shown.filter({ hasText: /pause: paused at step \d+/ }).waitFor({ timeout: LIMIT_MS });
  const paused = await step();
  await press('step');
  await shown.filter({ hasText: `paused after 1 step: step ${paused + 1}` }).waitFor({ timeout: LIMIT_MS });
  // docs/live-watch.png is a copy of this picture.
  await cell(6).screenshot({ path: join(pictures, 'live-watch.png') });
  await press('resume');
  await shown.filter({ hasText: 'browser: running' }).waitFor({ timeout: LIMIT_MS });
  jobLives();
});

test('a widget of anywidget and one of ipywidgets work on all ranks, and still do after a reload of the page', async () => {
  await run(8);
  const button = cell(8).locator('.own-counter');
  await button.filter({ hasText: 'pressed 0 times' }).waitFor({ timeout: LIMIT_MS });
  for (const presses of [1, 2]) {
    await button.click();
    await button.filter({ hasText: `pressed ${presses} times` }).waitFor({ timeout: LIMIT_MS });
  }
  const handle = cell(8).locator('.noUi-handle');
  await handle.click();
  for (let moves = 0; moves < 3; moves += 1) await page.keyboard.press('ArrowRight');
  await run(9);
  await shows(9, 'values [(2, 10), (2, 10), (2, 10), (2, 10)]');
  await page.keyboard.press('Control+s');
  await page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)').first().waitFor();
  await saved();
  page.once('dialog', (dialog) => void dialog.accept());
  await attaching(() => page.reload({ timeout: START_MS }));
  // Without a cell that makes them again.
  await cell(8).locator('.cm-content').scrollIntoViewIfNeeded();
  await button.filter({ hasText: 'pressed 2 times' }).waitFor({ timeout: LIMIT_MS });
  await cell(8).locator('.widget-readout', { hasText: '10' }).waitFor({ timeout: LIMIT_MS });
  await button.click();
  await button.filter({ hasText: 'pressed 3 times' }).waitFor({ timeout: LIMIT_MS });
  await handle.click();
  await page.keyboard.press('ArrowLeft');
  await run(9);
  await shows(9, 'values [(3, 9), (3, 9), (3, 9), (3, 9)]');
  jobLives();
}, START_MS + LIMIT_MS);

test('a server that is killed during a cell and started again: the page comes back to the run and gets what it missed', async () => {
  await run(10);
  await shows(10, 'started');
  await page.keyboard.press('Control+s');
  await saved();
  await server.kill();
  await server.stop();
  writeFileSync(join(job.sandbox.cwd, 'restarted'), '');
  await whenFiles([job.sandbox.cwd], () => (existsSync(join(job.sandbox.cwd, 'over')) ? true : undefined), LIMIT_MS, 'the end of the cell', () => job.report());
  jobLives();
  server = await JupyterServer.start(job.sandbox, { lab: true, like: server });
  page.once('dialog', (dialog) => void dialog.accept());
  await attaching(() => page.reload({ timeout: START_MS }));
  await run(5);
  await shows(5, 'item 299');
  const items = [...(await output(5).first().innerText()).matchAll(/^item (\d+)$/gm)].map(([, n]) => Number(n));
  expect(items).toEqual(Array.from({ length: 300 }, (_, n) => n));
  await run(9);
  await shows(9, 'values [(3, 9), (3, 9), (3, 9), (3, 9)]');
  jobLives();
}, START_MS * 2 + LIMIT_MS);

test('restart attaches again: the namespace is kept', async () => {
  await command('Kernel', 'Restart Kernel…');
  await attaching(() => page.locator('.jp-Dialog .jp-mod-accept').click());
  await cell(2).locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('print("restarted: " + kept)');
  await page.keyboard.press('Control+Enter');
  await shows(2, 'restarted: kept through it all');
  jobLives();
});

test('shut down detaches: the run goes on, and a new kernel finds the namespace', async () => {
  await command('Kernel', 'Shut Down Kernel');
  const accept = page.locator('.jp-Dialog .jp-mod-accept');
  if (await accept.isVisible()) await accept.click();
  await page.locator('.jp-NotebookPanel-toolbar .jp-KernelName', { hasText: 'No Kernel' }).waitFor({ timeout: LIMIT_MS });
  jobLives();
  const other = await job.attach();
  expect((await other.ok('kept')).result).toBe("'kept through it all'");
});
