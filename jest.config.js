/** One configuration for all TypeScript tests; levels are folders: `npx jest test/unit`, `npx jest test/integration`. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Built output holds copies of the sources' names.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/'],
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
