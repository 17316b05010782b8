import { parseDuration, parseRun, UsageError } from '../../../kernelspec/run/run-options';

describe('options of allranks run', () => {
  test('stand before --, everything behind it is the command', () => {
    const words = ['--name', 'a', '--dir=d', '--pause-at', '12', '--max-pause', '30m', '--on-detach', 'hold', '--console', '--', 'mpiexec', '-n', '4', '--', 'x'];
    expect(parseRun(words)).toEqual({ name: 'a', dir: 'd', pauseAt: '12', maxPauseS: 1800, onDetach: 'hold', console: true, command: ['mpiexec', '-n', '4', '--', 'x'] });
  });

  test('have defaults, and -- may be left out', () => {
    expect(parseRun(['./sim', '--name', 'of-the-program'])).toEqual({ maxPauseS: 3600, onDetach: 'resume', console: false, command: ['./sim', '--name', 'of-the-program'] });
  });

  test('ask for help before the command only', () => {
    expect(parseRun(['--help'])).toBeNull();
    expect(parseRun(['--', 'sim', '--help'])?.command).toEqual(['sim', '--help']);
  });

  test.each([
    [[], 'no program was given'],
    [['--'], 'no program was given'],
    [['--nmae', 'x', '--', 'sim'], 'unknown option --nmae'],
    [['--name'], '--name needs a value'],
    [['--name', '--', 'sim'], '--name needs a value'],
    [['--pause-at', 'soon', '--', 'sim'], '--pause-at needs'],
    [['--pause-at', '-1', '--', 'sim'], '--pause-at needs'],
    [['--max-pause', 'long', '--', 'sim'], '--max-pause needs'],
    [['--on-detach', 'stop', '--', 'sim'], '--on-detach needs'],
  ])('%j is refused in one sentence', (words, sentence) => {
    expect(() => parseRun(words)).toThrow(UsageError);
    expect(() => parseRun(words)).toThrow(sentence);
  });

  test('times are seconds or carry a unit', () => {
    expect(['0', '90', '90s', '1.5m', '2h', '1d'].map(parseDuration)).toEqual([0, 90, 90, 90, 7200, 86400]);
  });
});
