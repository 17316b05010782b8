/**
 * Data of displays as a front end gets it, value by value, from one and from four live ranks: the kinds of IPython, pandas and matplotlib,
 * pictures byte by byte, buffers, updates. Packages that only tests need are taken from the environment of the tests.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { Job, reporting } from '../support/job';
import type { CellRecord, Notebook } from '../support/notebook';
import { testPython } from '../support/places';
import { within } from '../support/wait';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Picture {
  width: number;
  height: number;
  bytesPerPixel: number;
  /** Rows of pixels, each behind the byte of its filter. */
  rows: Buffer;
}

/** Reads a PNG of 8 bits a channel to its last byte. */
function decodePng(file: Buffer): Picture {
  expect(file.subarray(0, 8)).toEqual(SIGNATURE);
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
    expect(at).toBeLessThanOrEqual(file.length);
  }
  expect([chunks[0]!.type, chunks.at(-1)!.type]).toEqual(['IHDR', 'IEND']);
  const header = chunks[0]!.data;
  const [width, height, depth, colour] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]!];
  expect(depth).toBe(8);
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  return { width, height, bytesPerPixel: { 0: 1, 2: 3, 6: 4 }[colour]!, rows };
}

/** A grey picture, for `Image` to show. Nobody here looks at the checksums of its chunks. */
function encodePng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(height * (width + 1), 7))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe.each([1, 4])('on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  /** Messages of the cell on iopub without status, input and lines of progress, which come when an import takes long. */
  function shown(cell: CellRecord): { type: string; content: Record<string, any> }[] {
    const passing = (content: Record<string, any>): boolean => String(content['transient']?.['display_id']).startsWith('allranks-');
    const kept = cell.iopub.filter(({ header, content }) => !['status', 'execute_input'].includes(header.msg_type) && !passing(content));
    return kept.map(({ header, content }) => ({ type: header.msg_type, content }));
  }

  beforeAll(async () => {
    job = await Job.start({ ranks, name: 'mime', args: ['--steps', '0', '--step-us', '500'] });
    notebook = await job.attach();
    const packages = join(dirname(testPython()), '..', 'lib');
    await notebook.ok(
      [
        'import base64, glob, sys, allranks',
        `sys.path += glob.glob(${JSON.stringify(packages)} + '/python*/site-packages')`,
        'import comm, pandas, matplotlib.pyplot as plt',
        'from IPython.display import HTML, JSON, SVG, Image, Latex, Markdown, clear_output',
      ].join('\n'),
    );
  }, 60_000);

  afterAll(() => job?.stop());

  const object = (name: string): string => `<IPython.core.display.${name} object>`;
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4"><circle r="1"/></svg>';
  const png = encodePng(3, 2).toString('base64');
  /** Code that makes the object, what a front end gets for it, and metadata that come with it. */
  const kinds: [name: string, code: string, data: Record<string, unknown>, metadata?: Record<string, unknown>][] = [
    [
      'HTML',
      `HTML('<i title="a&amp;b">Grüße \u{1d11e}</i>')`,
      { 'text/html': '<i title="a&amp;b">Grüße \u{1d11e}</i>', 'text/plain': object('HTML') },
    ],
    ['LaTeX', String.raw`Latex(r'$\frac{1}{2}$')`, { 'text/latex': String.raw`$\frac{1}{2}$`, 'text/plain': object('Latex') }],
    ['markdown', `Markdown('*m* | 1\\n\\n2')`, { 'text/markdown': '*m* | 1\n\n2', 'text/plain': object('Markdown') }],
    ['SVG', `SVG('${svg}')`, { 'image/svg+xml': svg, 'text/plain': object('SVG') }],
    [
      'JSON',
      `JSON({'a': [1, None, 2.5, True], 'ü': {'b': 'x'}})`,
      { 'application/json': { a: [1, null, 2.5, true], ü: { b: 'x' } }, 'text/plain': object('JSON') },
      { 'application/json': { expanded: false, root: 'root' } },
    ],
    ['PNG', `Image(data=base64.b64decode('${png}'))`, { 'image/png': png, 'text/plain': '<IPython.core.display.Image object>' }],
    [
      'any type that a bundle names',
      'Bundle()',
      { 'application/x-own+json': { k: [1, { n: null }] }, 'text/plain': 'own' },
      { 'application/x-own+json': { m: 1 } },
    ],
  ];

  for (const [name, code, data, metadata = {}] of kinds)
    check(`${name} arrives as it is, displayed and as a result`, async () => {
      await notebook.ok(
        "class Bundle:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {'application/x-own+json': {'k': [1, {'n': None}]}, 'text/plain': 'own'}, {'application/x-own+json': {'m': 1}}",
      );
      const cell = await notebook.ok(`display(${code})\n${code}`);
      expect(shown(cell)).toEqual([
        { type: 'display_data', content: { data, metadata, transient: {} } },
        { type: 'execute_result', content: { data, metadata, execution_count: cell.content['execution_count'] } },
      ]);
    });

  check('a picture without a text form is shown once, as it is', async () => {
    const cell = await notebook.ok("display({'image/png': 'iVBORw0KGgo='}, raw=True)");
    expect(shown(cell)).toEqual([
      { type: 'display_data', content: { data: { 'image/png': 'iVBORw0KGgo=' }, metadata: {}, transient: {} } },
    ]);
  });

  check('a picture of several MB arrives byte by byte', async () => {
    const size = 5_000_011;
    const cell = await notebook.ok(
      `display({'image/png': base64.b64encode(bytes(i * i % 251 for i in range(1000)) * ${Math.ceil(size / 1000)})[:${size}].decode()}, raw=True)`,
    );
    const [only, ...others] = shown(cell);
    expect(others).toEqual([]);
    const block = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * i) % 251));
    const expected = Buffer.concat(Array<Buffer>(Math.ceil(size / 1000)).fill(block))
      .toString('base64')
      .slice(0, size);
    const digest = (text: unknown): string => createHash('sha256').update(String(text)).digest('hex');
    expect(digest(only!.content['data']['image/png'])).toBe(digest(expected));
  });

  check('a figure is drawn by rank 0 and shown once, whole, of the size that it was given', async () => {
    await notebook.ok("%matplotlib inline\n%config InlineBackend.print_figure_kwargs = {'bbox_inches': None}");
    const cell = await notebook.ok(
      "figure = plt.figure(figsize=(4, 3), dpi=100, facecolor='#204060')\nplt.plot([allranks.rank, 1])\nplt.show()",
    );
    expect(cell.stdout).toBe('');
    const [only, ...others] = shown(cell);
    expect(others).toEqual([]);
    expect(only).toEqual({
      type: 'display_data',
      content: {
        data: { 'image/png': expect.any(String), 'text/plain': '<Figure size 400x300 with 1 Axes>' },
        metadata: {},
        transient: {},
      },
    });
    const { width, height, bytesPerPixel, rows } = decodePng(Buffer.from(only!.content['data']['image/png'] as string, 'base64'));
    expect([width, height]).toEqual([400, 300]);
    expect(rows.length).toBe(height * (1 + width * bytesPerPixel));
    // The first pixel of the picture, before which any filter leaves nothing: the colour of the background.
    expect([...rows.subarray(1, 4)]).toEqual([0x20, 0x40, 0x60]);
  });

  check('a pandas table comes as the HTML and the text that pandas makes of it', async () => {
    const cell = await notebook.ok("table = pandas.DataFrame({'rank': [0, 1], 'name': ['a<b', 'ü']})\ntable");
    const [html, text] = await notebook.value<string[]>('[table._repr_html_(), repr(table)]');
    expect(shown(cell)).toEqual([
      {
        type: 'execute_result',
        content: { data: { 'text/html': html, 'text/plain': text }, metadata: {}, execution_count: cell.content['execution_count'] },
      },
    ]);
    expect(text).toBe('   rank name\n0     0  a<b\n1     1    ü');
    expect(html).toMatch(/<th>1<\/th>\s*<td>1<\/td>\s*<td>ü<\/td>/);
    expect(html).toContain('<td>a&lt;b</td>');
  });

  check('a display is updated in place, and clear_output(wait) precedes what replaces the old output', async () => {
    const cell = await notebook.ok(
      "handle = display('first', display_id='here')\nhandle.update(HTML('<b>2</b>'), metadata={'m': 1})\nclear_output(wait=True)\nprint('after')\nclear_output()",
    );
    expect(shown(cell)).toEqual([
      { type: 'display_data', content: { data: { 'text/plain': "'first'" }, metadata: {}, transient: { display_id: 'here' } } },
      {
        type: 'update_display_data',
        content: { data: { 'text/html': '<b>2</b>', 'text/plain': object('HTML') }, metadata: { m: 1 }, transient: { display_id: 'here' } },
      },
      { type: 'clear_output', content: { wait: true } },
      { type: 'stream', content: { name: 'stdout', text: 'after\n' } },
      { type: 'clear_output', content: { wait: false } },
    ]);
  });

  check('a display of an earlier cell is updated by a later one', async () => {
    await notebook.ok("handle = display('first', display_id='there')");
    expect(shown(await notebook.ok("handle.update({'text/plain': 'now'}, raw=True)"))).toEqual([
      { type: 'update_display_data', content: { data: { 'text/plain': 'now' }, metadata: {}, transient: { display_id: 'there' } } },
    ]);
  });

  check('buffers of a comm arrive byte by byte, in both directions', async () => {
    const cell = await notebook.ok(
      "got = []\nchannel = comm.create_comm(target_name='own', data={'n': 1}, metadata={'m': 2}, buffers=[bytes(range(256)), memoryview(b'xy'), b''])\nchannel.on_msg(lambda message: got.append([bytes(part) for part in message['buffers']]))\nchannel.comm_id",
    );
    const [opened, ...others] = cell.iopub.filter(({ header }) => header.msg_type === 'comm_open');
    expect(others).toEqual([]);
    const commId = cell.result!.slice(1, -1);
    expect(opened!.content).toMatchObject({ comm_id: commId, target_name: 'own', data: { n: 1 } });
    expect(opened!.metadata).toMatchObject({ m: 2 });
    expect(opened!.buffers.map((buffer) => [...buffer])).toEqual([
      Array.from({ length: 256 }, (_, byte) => byte),
      [...Buffer.from('xy')],
      [],
    ]);
    const id = await notebook.client.send(
      'shell',
      'comm_msg',
      { comm_id: commId, data: {} },
      { buffers: [Buffer.from([0, 255, 10]), Buffer.alloc(0)] },
    );
    await within(notebook.client.iopubOf(id), 20_000, 'idle of comm_msg', () => job.report());
    expect((await notebook.ok('allranks.comm.allgather(got)')).result!.replaceAll(/\s+/g, ' ')).toBe(
      `[${Array(ranks)
        .fill(String.raw`[[b'\x00\xff\n', b'']]`)
        .join(', ')}]`,
    );
  });

  check('with %%ranks all the display of each rank is shown, labelled', async () => {
    const cell = await notebook.ok("%%ranks all\ndisplay({'text/html': f'<b>{allranks.rank}</b>', 'text/plain': 'b'}, raw=True)");
    const displays = shown(cell).filter(({ type }) => type === 'display_data');
    const data = displays
      .map(({ content }) => content['data'] as Record<string, string>)
      .sort((a, b) => a['text/html']!.localeCompare(b['text/html']!));
    expect(data).toEqual(Array.from({ length: ranks }, (_, rank) => ({ 'text/html': `<b>${rank}</b>`, 'text/plain': 'b' })));
    expect([...cell.stdout.matchAll(/\[rank (\d)\]/g)].map(([, rank]) => Number(rank)).sort()).toEqual(
      Array.from({ length: ranks - 1 }, (_, rank) => rank + 1),
    );
  });
});
