/** What others use of the client: the executor for a kernel, and looking for jobs. */
export { BridgeExecutor, type BridgeExecutorOptions } from './executor';
export { findJob, listJobs } from './find-job';
export { Connection, tellBridge } from './connection';
