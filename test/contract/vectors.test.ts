/** TypeScript and C++ (vectors_test.cpp) read the same golden bytes. Values are texts, so that 64-bit ones stay exact. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as protocol from '../../bridge/protocol/generated';

interface Vector {
  layout: string;
  bytes: string;
  fields: Record<string, string>;
}

interface Field {
  offset: number;
  type: string;
  bytes: number;
}

const layouts: Record<string, { bytes: number } & Record<string, Field | number>> = {
  SegmentHeader: protocol.SegmentHeaderLayout,
  Board: protocol.BoardLayout,
  ProgressPage: protocol.ProgressPageLayout,
  RingControl: protocol.RingControlLayout,
  RingFrame: protocol.RingFrameLayout,
  SocketFrame: protocol.SocketFrameLayout,
  Hello: protocol.HelloLayout,
};

function fieldsOf(layout: string): [string, Field][] {
  const fields = layouts[layout];
  if (!fields) throw new Error(`unknown layout ${layout}`);
  return Object.entries(fields).filter((entry): entry is [string, Field] => typeof entry[1] === 'object');
}

function decode(view: DataView, field: Field): unknown {
  switch (field.type) {
    case 'u16':
      return view.getUint16(field.offset, true);
    case 'u32':
      return view.getUint32(field.offset, true);
    case 'u64':
      return view.getBigUint64(field.offset, true);
    case 'i64':
      return view.getBigInt64(field.offset, true);
    case 'f64':
      return view.getFloat64(field.offset, true);
    default: {
      const bytes = Buffer.from(view.buffer, view.byteOffset + field.offset, field.bytes);
      return bytes.subarray(0, bytes.indexOf(0)).toString('utf8');
    }
  }
}

function encode(view: DataView, field: Field, text: string): void {
  switch (field.type) {
    case 'u16':
      return view.setUint16(field.offset, Number(text), true);
    case 'u32':
      return view.setUint32(field.offset, Number(text), true);
    case 'u64':
      return view.setBigUint64(field.offset, BigInt(text), true);
    case 'i64':
      return view.setBigInt64(field.offset, BigInt(text), true);
    case 'f64':
      return view.setFloat64(field.offset, Number(text), true);
    default:
      Buffer.from(view.buffer, view.byteOffset, view.byteLength).write(text, field.offset, 'utf8');
  }
}

const vectors = JSON.parse(readFileSync(join(__dirname, 'vectors.json'), 'utf8')) as Vector[];

describe('golden vectors', () => {
  it.each(vectors)('$layout is decoded from its bytes', ({ layout, bytes, fields }) => {
    const buffer = Buffer.from(bytes, 'hex');
    expect(buffer.length).toBe(layouts[layout]?.bytes);
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    expect(
      fieldsOf(layout)
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(fields).sort());
    for (const [name, field] of fieldsOf(layout)) {
      const expected = field.type === 'f64' ? Number(fields[name]) : fields[name];
      const decoded = decode(view, field);
      expect([name, field.type === 'f64' ? decoded : String(decoded)]).toEqual([name, expected]);
    }
  });

  it.each(vectors)('$layout is encoded to its bytes', ({ layout, bytes, fields }) => {
    const view = new DataView(new ArrayBuffer(bytes.length / 2));
    for (const [name, field] of fieldsOf(layout)) encode(view, field, fields[name] ?? '');
    expect(Buffer.from(view.buffer).toString('hex')).toBe(bytes);
  });

  it('covers every layout of the schema', () => {
    expect([...new Set(vectors.map((vector) => vector.layout))].sort()).toEqual(Object.keys(layouts).sort());
  });
});
