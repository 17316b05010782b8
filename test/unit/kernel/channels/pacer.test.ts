import { Pacer } from '../../../../kernel/channels/pacer';

/** A pacer with a clock that the test moves. */
function paced(messages: number, textBytes: number): { send(bytes: number): number; clock: { now: number } } {
  const clock = { now: 1000 };
  const pacer = new Pacer({ windowMs: 100, messages, textBytes }, () => clock.now);
  return {
    clock,
    /** Sends when it may; returns the time. */
    send(bytes) {
      for (let wait = pacer.wait(bytes); wait > 0; wait = pacer.wait(bytes)) clock.now += wait;
      pacer.note(bytes);
      return clock.now - 1000;
    },
  };
}

test('no window holds more messages than allowed', () => {
  const { send } = paced(3, 1e9);
  expect([1, 1, 1, 1, 1, 1, 1].map(send)).toEqual([0, 0, 0, 100, 100, 100, 200]);
});

test('no window holds more text than allowed, and messages without text are not held up by it', () => {
  const { send, clock } = paced(100, 10);
  expect(send(6)).toBe(0);
  clock.now += 50;
  expect(send(4)).toBe(50);
  expect(send(0)).toBe(50);
  expect(send(5)).toBe(100);
  expect(send(5)).toBe(150);
});

test('a message larger than the limit leaves alone', () => {
  const { send } = paced(100, 10);
  expect([5, 50, 1].map(send)).toEqual([0, 100, 200]);
});

test('a long life costs no memory and keeps the rate', () => {
  const { send } = paced(10, 1e9);
  let last = 0;
  for (let at = 0; at < 10_000; at += 1) last = send(1);
  expect(last).toBe(99_900);
});
