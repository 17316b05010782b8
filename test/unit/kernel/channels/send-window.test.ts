import { SendWindow } from '../../../../kernel/channels/iopub';

test('small messages are limited by number only', () => {
  const window = new SendWindow(100, 1_000_000);
  for (let i = 0; i < 1000; i += 1) expect(window.admit(10)).toBeUndefined();
});

test('large messages lower the mark to what fits, small ones raise it again', () => {
  const window = new SendWindow(100, 1000);
  let mark = 100;
  for (let i = 0; i < 20; i += 1) mark = window.admit(300) ?? mark;
  expect(mark).toBe(3);
  for (let i = 0; i < 1000; i += 1) mark = window.admit(1) ?? mark;
  expect(mark).toBeGreaterThan(50);
});

test('one message beyond the limit may still pass', () => {
  expect(new SendWindow(100, 1000).admit(5000)).toBe(1);
});
