// Generates the constants of the cell protocol from schema.json: TypeScript, the C++ header and the reference page.
// `--check` writes nothing and exits 1 when a generated file differs from what the schema says.
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const schema = JSON.parse(readFileSync(join(here, 'schema.json'), 'utf8'));
const sizes = { u16: 2, u32: 4, u64: 8, i64: 8, f64: 8 };
const cppTypes = { u16: 'std::uint16_t', u32: 'std::uint32_t', u64: 'std::uint64_t', i64: 'std::int64_t', f64: 'double' };

/** Fields with their offsets; a third element of a field fixes its offset. */
function layout(fields) {
  let at = 0;
  const placed = fields.map(([name, type, fixed]) => {
    const array = /^char\[(\d+)\]$/.exec(type);
    const bytes = array ? Number(array[1]) : sizes[type];
    if (!bytes) throw new Error(`schema.json: field ${name} has unknown type ${type}`);
    const align = array ? 1 : bytes;
    const offset = fixed ?? Math.ceil(at / align) * align;
    at = offset + bytes;
    return { name, type, bytes, offset, array: Boolean(array) };
  });
  return { fields: placed, bytes: Math.ceil(at / 8) * 8 };
}

const layouts = {
  SegmentHeader: [layout(schema.segment.header.fields), schema.segment.doc],
  Board: [layout(schema.segment.board.fields), schema.segment.board.doc],
  ProgressPage: [layout(schema.segment.progress.fields), schema.segment.progress.doc],
  CrashRecord: [layout(schema.segment.crash.fields), schema.segment.crash.doc],
  RingControl: [layout(schema.segment.ringControl.fields), schema.segment.ringControl.doc],
  RingFrame: [layout(schema.ringFrame.fields), schema.ringFrame.doc],
  SocketFrame: [layout(schema.socketFrame.fields), schema.socketFrame.doc],
  Hello: [layout(schema.hello.fields), schema.hello.doc],
};
const snake = (name) => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
const pascal = (name) => name.charAt(0).toUpperCase() + name.slice(1);
const note = 'Generated from bridge/protocol/schema.json by `npm run protocol:generate`; do not edit.';

function typescript() {
  const out = [`// ${note}`, '', `/** Version of rank frames, shared memory and cell protocol; both sides must agree. */`, `export const PROTOCOL_VERSION = ${schema.version};`, `export const SEGMENT_MAGIC = ${schema.segment.magic};`, ''];
  for (const [name, { value, doc }] of Object.entries(schema.limits)) out.push(`/** ${doc} */`, `export const ${snake(name).toUpperCase()} = ${value};`);
  for (const [name, [{ fields, bytes }, doc]] of Object.entries(layouts)) {
    out.push('', `/** ${doc} */`, `export const ${name}Layout = {`, `  bytes: ${bytes},`);
    for (const f of fields) out.push(`  ${f.name}: { offset: ${f.offset}, type: '${f.array ? 'char' : f.type}', bytes: ${f.bytes} },`);
    out.push('} as const;');
  }
  for (const [name, { doc, values, names }] of Object.entries(schema.enums)) {
    out.push('', `/** ${doc} */`);
    if (values) {
      out.push(`export const ${name} = {`, ...values.map(([k, v]) => `  ${k}: ${v},`), '} as const;', `export type ${name} = (typeof ${name})[keyof typeof ${name}];`, `export type ${name}Name = keyof typeof ${name};`);
    } else {
      out.push(`export const ${name}s = [${names.map((n) => `'${n}'`).join(', ')}] as const;`, `export type ${name} = (typeof ${name}s)[number];`);
    }
  }
  return `${out.join('\n')}\n`;
}

function cpp() {
  const out = [`// ${note}`, '#pragma once', '#include <cstddef>', '#include <cstdint>', '', 'namespace allranks::protocol {', '', `constexpr std::uint32_t kVersion = ${schema.version};`, `constexpr std::uint32_t kSegmentMagic = ${schema.segment.magic}u;`, `constexpr std::size_t kBoardOffset = ${schema.segment.boardOffset};`, `constexpr std::size_t kProgressOffset = ${schema.segment.progressOffset};`, `constexpr std::size_t kCrashOffset = ${schema.segment.crashOffset};`, `constexpr std::size_t kRingControlOffset = ${schema.segment.ringControlOffset};`, `constexpr std::size_t kRingOffset = ${schema.segment.ringOffset};`];
  for (const [name, { value, doc }] of Object.entries(schema.limits)) out.push(`// ${doc}`, `constexpr std::size_t k${pascal(name)} = ${value};`);
  for (const [name, [{ fields, bytes }, doc]] of Object.entries(layouts)) {
    out.push('', `// ${doc}`, `struct ${name} {`);
    let at = 0;
    let pad = 0;
    for (const f of fields) {
      if (f.offset > at) out.push(`  std::uint8_t padding_${pad++}[${f.offset - at}];`);
      out.push(f.array ? `  char ${snake(f.name)}[${f.bytes}];` : `  ${cppTypes[f.type]} ${snake(f.name)};`);
      at = f.offset + f.bytes;
    }
    if (bytes > at) out.push(`  std::uint8_t padding_${pad}[${bytes - at}];`);
    out.push('};', `static_assert(sizeof(${name}) == ${bytes});`);
    for (const f of fields) out.push(`static_assert(offsetof(${name}, ${snake(f.name)}) == ${f.offset});`);
  }
  for (const [name, { doc, values, names }] of Object.entries(schema.enums)) {
    out.push('', `// ${doc}`, `enum class ${name} : std::uint16_t {`, ...(values ?? names.map((n, i) => [n, i])).map(([k, v]) => `  ${snake(k)} = ${v},`), '};');
  }
  out.push('', '}  // namespace allranks::protocol');
  return `${out.join('\n')}\n`;
}

function markdown() {
  const out = ['# Protocol reference', '', `<!-- ${note} -->`, '', `Version ${schema.version}. A rank or kernel of another version is refused in one sentence that names both.`, '', '## Limits', '', '| name | value | meaning |', '|---|---|---|', ...Object.entries(schema.limits).map(([n, l]) => `| ${n} | ${l.value} | ${l.doc} |`)];
  for (const [name, [{ fields, bytes }, doc]] of Object.entries(layouts)) {
    out.push('', `## ${name} (${bytes} bytes)`, '', doc, '', '| offset | field | type |', '|---|---|---|', ...fields.map((f) => `| ${f.offset} | ${f.name} | ${f.array ? `char[${f.bytes}]` : f.type} |`));
  }
  for (const [name, { doc, values, names }] of Object.entries(schema.enums)) {
    out.push('', `## ${name}`, '', doc, '', (values ? values.map(([k, v]) => `\`${k}\` ${v}`) : names.map((n) => `\`${n}\``)).join(', '));
  }
  return `${out.join('\n')}\n`;
}

const targets = [
  [join(here, 'generated.ts'), typescript()],
  [join(root, 'native', 'shm', 'protocol_generated.h'), cpp()],
  [join(root, 'docs', 'protocol.md'), markdown()],
];
let stale = 0;
for (const [path, text] of targets) {
  if (process.argv.includes('--check')) {
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      console.error(`${path} differs from schema.json: run npm run protocol:generate`);
      stale = 1;
    }
  } else writeFileSync(path, text);
}
process.exit(stale);
