/** One configuration for all TypeScript tests; levels are folders: `npx jest test/unit`, `npx jest test/integration`. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Built output and Python environments hold packages of the same names.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/', '<rootDir>/\\.venv'],
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
    ],
  },
  // uuid is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!uuid/)'],
  testTimeout: 30_000,
};
