import { VERSION } from '../../../kernel/version';
import manifest from '../../../package.json';

test("the kernel tells the package's version", () => {
  expect(VERSION).toBe(manifest.version);
});
