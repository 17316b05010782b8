/** libyt.h for programs written for libyt 0.4: layout and signatures in every language standard, and each function from C99 and C++. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from '../support/job';
import { root } from '../support/places';

const headers = join(root, 'test', 'hosts', 'programs', 'headers');

/** Messages of a compiler that treats every warning as an error; empty: all is well. */
function complaints(compiler: string, language: string, standard: string, source: string, ...more: string[]): string {
  const { stdout, stderr, error } = spawnSync(
    compiler,
    ['-x', language, `-std=${standard}`, '-Wall', '-Wextra', '-Werror', '-pedantic', '-Wconversion', `-I${join(root, 'native', 'include')}`, ...more, '-c', join(headers, source), '-o', '/dev/null'],
    { encoding: 'utf8' },
  );
  if (error) throw error;
  return stdout + stderr;
}

test.each(['c99', 'c11', 'c17'])('names, values, layout and signatures are libyt’s, without a warning in %s', (standard) => {
  expect(complaints('cc', 'c', standard, 'layout.c')).toBe('');
});

test.each(['c++14', 'c++17', 'c++20', 'c++23'])('the same in %s, and structures begin with libyt’s defaults', (standard) => {
  // offsetof of structures with constructors is defined in practice; pedantic compilers say it need not be.
  expect(complaints('c++', 'c++', standard, 'layout.c', '-Wno-invalid-offsetof')).toBe('');
  expect(complaints('c++', 'c++', standard, 'defaults.cpp')).toBe('');
});

test('any one of the headers can be included alone', () => {
  for (const name of ['libyt.h', 'yt_macro.h', 'yt_type.h']) {
    for (const [compiler, language] of [
      ['cc', 'c'],
      ['c++', 'c++'],
    ] as const) {
      const { stderr } = spawnSync(compiler, ['-x', language, '-Wall', '-Wextra', '-Werror', '-pedantic', `-I${join(root, 'native', 'include')}`, '-fsyntax-only', '-'], {
        encoding: 'utf8',
        input: `#include <${name}>\nint main(void) { return 0; }\n`,
      });
      expect(stderr).toBe('');
    }
  }
});

/** Everything that libyt_full_c and libyt_full_cpp set, as Python sees it. */
const SCRIPT = readFileSync(join(headers, 'libyt_full_script.py'), 'utf8');

test.each(['libyt_full_c', 'libyt_full_cpp'])(
  '%s: a program that uses every function, structure and member, on 2 ranks',
  async (program) => {
    const job = Job.launch({ ranks: 2, program, args: [], scripts: { 'libyt_full_script.py': SCRIPT }, supervised: false });
    try {
      const code = await job.end(60_000);
      for (const line of ['checked 0 0', 'checked 1 0', 'checked 0 4', 'checked 1 4', 'libyt_full: rank 0: 0 wrong', 'libyt_full: rank 1: 0 wrong'])
        expect(job.output.text).toContain(line);
      expect(code).toBe(0);
    } finally {
      await job.stop();
    }
  },
  90_000,
);
