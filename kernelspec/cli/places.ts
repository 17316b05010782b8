/** Where the parts of this checkout or installation lie. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the checkout, or PREFIX/share/allranks of an installation; this file is dist/kernelspec/cli/places.js in it. */
export const root = join(__dirname, '..', '..', '..');
export const main = join(root, 'dist', 'kernelspec', 'cli', 'main.js');
export const templates = join(root, 'kernelspec', 'templates');
export const isCheckout = existsSync(join(root, 'native', 'CMakeLists.txt'));
/** Folder of liballranks.so. */
export const libraries = isCheckout ? join(root, 'build', 'lib') : join(root, '..', '..', 'lib');
