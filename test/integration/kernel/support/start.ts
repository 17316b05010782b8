/** Starts kernel processes with the mock executor. */
import { join } from 'node:path';
import { KernelProcess, type ConnectionInfo } from '../../../support/kernel-client';

const REGISTER = join(__dirname, 'register.cjs');
const PROGRAM = join(__dirname, 'mock-kernel.ts');

/** Arguments for Node that run the mock kernel on a connection file. */
export function mockKernel(connectionFile: string, options: object = {}): string[] {
  return ['-r', REGISTER, PROGRAM, connectionFile, JSON.stringify(options)];
}

export function startMockKernel(options: object = {}, info?: ConnectionInfo, environment?: NodeJS.ProcessEnv): Promise<KernelProcess> {
  return KernelProcess.start((file) => mockKernel(file, options), info, environment);
}
