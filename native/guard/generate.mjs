// Writes functions_generated.h and wrappers_generated.cpp from functions.json.
//   node native/guard/generate.mjs           writes the files
//   node native/guard/generate.mjs --check   exits 1 and names what differs
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const table = JSON.parse(readFileSync(join(folder, 'functions.json'), 'utf8'));
const banner = '// Generated from functions.json by generate.mjs; do not edit.\n';

/** "cbuf buf, count count" to [{kind, name}]. */
const parse = (text) => (text ? text.split(',').map((part) => part.trim().split(/\s+/)).map(([kind, name]) => ({ kind, name })) : []);

function declare({ kind, name }, large) {
  const pattern = (large && table.large[kind]) || table.types[kind];
  if (!pattern) throw new Error(`functions.json: unknown type '${kind}' of '${name}'`);
  return pattern.replace('X', name);
}

const signature = (params, large) => params.map((p) => declare(p, large)).join(', ');
const names = (params, replace = {}) => params.map((p) => replace[p.name] ?? p.name).join(', ');
const bare = (declaration) => (declaration.endsWith('[]') ? `${declaration.slice(0, -2).replace(/\w+$/, '').trim()}*` : declaration.replace(/\w+$/, '').trim());

/** Every MPI function that the guard calls or replaces: name to its C signature. */
const functions = new Map();
/** Slots that are replaced: [name, twin it needs]. */
const slots = [];
const bodies = [];

function add(name, params, large) {
  if (functions.has(name)) throw new Error(`functions.json: ${name} appears twice`);
  functions.set(name, { params, large });
}

function wrapper(name, params, large, lines) {
  bodies.push(`int wrap_${name}(${signature(params, large)}) {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`);
}

const pass = (name, params) => `if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_${name}(${names(params)});`;

/** Lines that replace buffers and arrays by memory of the guard. */
function bounceLines(family, large) {
  const place = family.neighbours ? { in: 'call.sources()', out: 'call.targets()' } : { in: 'call.size()', out: 'call.size()' };
  const lines = [];
  const hasInPlace = family.family === 'collective' && family.bounce.some((rule) => rule.startsWith('in sendbuf'));
  if (hasInPlace && !family.neighbours) lines.push('call.note_in_place(sendbuf);');
  for (const rule of family.bounce) {
    const [how, name, what, ...rest] = rule.split(' ');
    const conditions = [];
    if (rest.includes('root')) conditions.push('call.is_root(root)');
    if (how === 'array') {
      const count = what === 'size' ? 'call.size()' : place[what];
      if (rest.includes('unless')) conditions.push('!call.in_place()');
      conditions.push('call.keeps()');
      lines.push(`if (${conditions.join(' && ')}) ${name} = call.array(${name}, ${count});`);
      continue;
    }
    const match = /^(\w+)\((.*)\)$/.exec(what);
    if (!match) throw new Error(`functions.json: cannot read '${rule}'`);
    const [, shape, list] = match;
    const args = list.split(',');
    const count = how === 'in' ? place.out : place.in;
    const spans = {
      one: () => `span_one(${args[0]}, ${args[1]})`,
      all: () => `span_all(${args[0]}, ${count}, ${args[1]})`,
      v: () => `span_v(${args[0]}, ${args[1]}, ${count}, ${args[2]})`,
      w: () => `span_w(${args[0]}, ${args[1]}, ${count}, ${args[2]})`,
      sum: () => `span_sum(${args[0]}, ${count}, ${args[1]})`,
      mine: () => `call.in_place() ? span_sum(${args[0]}, ${count}, ${args[1]}) : span_mine(${args[0]}, call.rank(), ${args[1]})`,
      block: () => `call.in_place() ? span_all(${args[0]}, ${count}, ${args[1]}) : span_one(${args[0]}, ${args[1]})`,
    };
    conditions.push(`call.bounces(${name})`);
    // A broadcast reads at the root and writes elsewhere: both directions of one buffer.
    const take = { in: 'in', out: 'out', inout: 'inout' }[how];
    lines.push(`if (${conditions.join(' && ')}) ${name} = call.${take}(${name}, ${spans[shape]()});`);
  }
  return lines;
}

const lower = (name) => name[0].toLowerCase() + name.slice(1);

function emitFamily(family) {
  const base = parse(family.params);
  const request = { kind: 'request', name: 'request' };
  for (const name of family.names) {
    for (const large of family.large ? [false, true] : [false]) {
      const suffix = large ? '_c' : '';
      const blocking = name + suffix;
      const start = `I${lower(name)}${suffix}`;
      const init = `${name}_init${suffix}`;
      const isRecv = family.family === 'recv';
      const isCollective = family.family === 'collective';
      const params = isRecv ? [...base, { kind: 'status', name: 'status' }] : base;
      const startParams = [...base, request];
      const initParams = isCollective ? [...base, { kind: 'info', name: 'info' }, request] : startParams;
      add(blocking, params, large);
      add(start, startParams, large);
      add(init, initParams, large);
      slots.push([blocking, start], [start, start], [init, init]);

      const role = isCollective ? 'collective' : family.family;
      let site = ', kNoPeer, kNoTag';
      if (isRecv) site = ', source, tag';
      if (family.family === 'send') site = ', dest, tag';
      if (isCollective && family.rooted) site = `, kNoPeer, kNoTag, ${family.rooted === 'from' ? 'Rooted::from' : 'Rooted::to'}, root`;
      const open = (fn) => [`Call call(Function::${fn}, comm, Role::${role}${site});`, 'if (call.failed()) return call.code();'];
      const bounce = bounceLines(family, large);
      wrapper(blocking, params, large, [
        pass(blocking, params),
        ...open(blocking),
        ...bounce,
        `return call.finish(next_${start}(${names(base, { comm: 'call.comm()' })}, call.request())${isRecv ? ', status' : ''});`,
      ]);
      wrapper(start, startParams, large, [
        pass(start, startParams),
        ...open(start),
        ...bounce,
        `return call.hand_over(next_${start}(${names(base, { comm: 'call.comm()' })}, call.request()), request);`,
      ]);
      wrapper(init, initParams, large, [
        pass(init, initParams),
        ...open(init),
        'call.persistent();',
        `return call.hand_over(next_${init}(${names(initParams, { comm: 'call.comm()', request: 'call.request()' })}), request);`,
      ]);
    }
  }
}

function emitFunction(entry) {
  const params = parse(entry.params);
  for (const large of entry.large ? [false, true] : [false]) {
    const name = entry.name + (large ? '_c' : '');
    add(name, params, large);
    slots.push([name, name]);
    const direct = `next_${name}(${names(params)})`;
    const comm = params.find((p) => p.kind === 'comm')?.name;
    switch (entry.kind) {
      case 'hand':
        break;
      case 'start': {
        const sends = params.some((p) => p.name === 'dest' || p.name === 'partitions');
        wrapper(name, params, large, [
          pass(name, params),
          `Call call(Function::${name}, comm, Role::other, ${sends ? 'kNoPeer, kNoTag' : 'source, tag'});`,
          'if (call.failed()) return call.code();',
          ...(entry.persistent ? ['call.persistent();'] : []),
          `return call.hand_over(next_${name}(${names(params, { comm: 'call.comm()', request: 'call.request()' })}), request);`,
        ]);
        break;
      }
      case 'create':
        wrapper(name, params, large, [
          `if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(${direct}, ${comm}, newcomm);`,
          `const int code = gate(Function::${name}, ${comm});`,
          'if (code != MPI_SUCCESS) return code;',
          `return adopt_comm(${direct}, ${comm}, newcomm);`,
        ]);
        break;
      case 'win_create':
        wrapper(name, params, large, [
          pass(name, params),
          `const int code = gate(Function::${name}, comm);`,
          'if (code != MPI_SUCCESS) return code;',
          `return adopt_window(next_${name}(${names(params, { comm: 'shadow_of(comm)' })}), comm, win);`,
        ]);
        break;
      case 'win_gate':
        wrapper(name, params, large, [pass(name, params), `const int code = gate_window(Function::${name}, win);`, 'if (code != MPI_SUCCESS) return code;', `return ${direct};`]);
        break;
      case 'win_free':
        wrapper(name, params, large, [
          'if (elsewhere()) return refuse_elsewhere();',
          'const MPI_Win before = *win;',
          'if (guarded()) {',
          `  const int code = gate_window(Function::${name}, before);`,
          '  if (code != MPI_SUCCESS) return code;',
          '}',
          `return forget_window(${direct}, before);`,
        ]);
        break;
      case 'file_create':
        wrapper(name, params, large, [
          pass(name, params),
          `const int code = gate(Function::${name}, comm);`,
          'if (code != MPI_SUCCESS) return code;',
          `return adopt_file(next_${name}(${names(params, { comm: 'shadow_of(comm)' })}), comm, fh);`,
        ]);
        break;
      case 'file_gate':
        wrapper(name, params, large, [pass(name, params), `const int code = gate_file(Function::${name}, fh);`, 'if (code != MPI_SUCCESS) return code;', `return ${direct};`]);
        break;
      case 'file_free':
        wrapper(name, params, large, [
          'if (elsewhere()) return refuse_elsewhere();',
          'const MPI_File before = *fh;',
          'if (guarded()) {',
          `  const int code = gate_file(Function::${name}, before);`,
          '  if (code != MPI_SUCCESS) return code;',
          '}',
          `return forget_file(${direct}, before);`,
        ]);
        break;
      case 'errors':
        wrapper(name, params, large, [
          pass(name, params),
          'if (ends_job(errhandler)) return refuse("MPI_ERRORS_ARE_FATAL and MPI_ERRORS_ABORT are refused inside a cell: an error would end the simulation");',
          `return ${direct};`,
        ]);
        break;
      case 'refuse':
        wrapper(name, params, large, [
          `if (!guarded()) return on_other_thread() ? refuse_elsewhere() : next_${name}(${names(params)});`,
          ...params.map((p) => `static_cast<void>(${p.name});`),
          `return refuse("MPI_${name} is refused inside a cell: ${entry.why}");`,
        ]);
        break;
      default:
        throw new Error(`functions.json: unknown kind '${entry.kind}' of ${entry.name}`);
    }
  }
}

table.families.forEach(emitFamily);
table.functions.forEach(emitFunction);

const all = [...functions.entries()];
const header = `${banner}#pragma once
#include <mpi.h>

#include <cstddef>

namespace allranks::guard {

// Every MPI function of the table; the order is that of the tables below.
enum class Function : int {
${all.map(([name]) => `  ${name},`).join('\n')}
};
constexpr std::size_t kFunctions = ${all.length};

// "MPI_Send", "MPI_Send_c" and so on, by Function; and what people are told of them, the same without the suffix of large counts.
extern const char* const kNames[kFunctions];
extern const char* const kCalls[kFunctions];

// What a slot of a module is replaced by; \`needs\`: the MPI must have this function too, else the slot stays.
struct Replacement {
  Function function;
  Function needs;
  void* wrapper;
};
constexpr std::size_t kReplacements = ${slots.length};
extern const Replacement kReplaced[kReplacements];

// Functions that stay unprotected, in groups: "what: MPI_A, MPI_B".
constexpr std::size_t kUnprotectedGroups = ${Object.keys(table.unprotected).length};
extern const char* const kUnprotected[kUnprotectedGroups];

// The MPI's own functions, by Function; null where it has none. Filled once by install.
extern void* next_functions[kFunctions];

${all
  .map(([name, { params, large }]) => {
    const types = params.map((p) => bare(declare(p, large))).join(', ');
    return `inline int next_${name}(${signature(params, large)}) {\n  return reinterpret_cast<int (*)(${types})>(next_functions[static_cast<int>(Function::${name})])(${names(params)});\n}`;
  })
  .join('\n')}

${all.map(([name, { params, large }]) => `int wrap_${name}(${signature(params, large)});`).join('\n')}

}  // namespace allranks::guard
`;

const unprotected = Object.entries(table.unprotected).map(([what, list]) => `  ${JSON.stringify(`${what}: ${list.map((name) => `MPI_${name}`).join(', ')}`)},`);
const source = `${banner}#include "call.h"
#include "functions_generated.h"
#include "gates.h"
#include "spans.h"

namespace allranks::guard {

const char* const kNames[kFunctions] = {
${all.map(([name]) => `  "MPI_${name}",`).join('\n')}
};

const char* const kCalls[kFunctions] = {
${all.map(([name]) => `  "MPI_${name.replace(/_c$/, '')}",`).join('\n')}
};

const char* const kUnprotected[kUnprotectedGroups] = {
${unprotected.join('\n')}
};

void* next_functions[kFunctions] = {};

${bodies.join('\n')}
const Replacement kReplaced[kReplacements] = {
${slots.map(([name, needs]) => `  {Function::${name}, Function::${needs}, reinterpret_cast<void*>(&wrap_${name})},`).join('\n')}
};

}  // namespace allranks::guard
`;

const outputs = { 'functions_generated.h': header, 'wrappers_generated.cpp': source };
let stale = false;
for (const [file, text] of Object.entries(outputs)) {
  const path = join(folder, file);
  if (process.argv.includes('--check')) {
    let present = '';
    try {
      present = readFileSync(path, 'utf8');
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    if (present !== text) {
      console.error(`native/guard/${file} differs from what functions.json gives; run node native/guard/generate.mjs`);
      stale = true;
    }
  } else {
    writeFileSync(path, text);
  }
}
process.exitCode = stale ? 1 : 0;
