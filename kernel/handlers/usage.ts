/**
 * `usage_request`: what the kernel takes of its machine, in the fields that ipykernel has and that jupyter-resource-usage
 * shows. Cells run in the ranks, so memory and CPU are theirs, all ranks together; `ranks` has them one by one.
 */
import { availableParallelism, cpus, freemem, hostname, totalmem } from 'node:os';
import { withDeadline } from '../deadline';
import { ANSWER_MS, type Call, type Services } from './call';

interface CpuTimes {
  idle: number;
  total: number;
}

let before: CpuTimes = hostTimes();

export async function usage(call: Call, services: Services): Promise<void> {
  const ranks = await withDeadline(services.executor.usage?.() ?? Promise.resolve([]), ANSWER_MS, 'the usage of the ranks');
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const total = totalmem();
  const available = freemem();
  call.reply({
    status: 'ok',
    hostname: ranks[0]?.host ?? hostname(),
    // The first rank stands for all, as jupyter-resource-usage shows one.
    pid: ranks[0]?.pid ?? process.pid,
    kernel_cpu: sum(ranks.map((rank) => rank.cpuPercent)),
    kernel_memory: sum(ranks.map((rank) => rank.memoryBytes)),
    cpu_count: availableParallelism(),
    host_cpu_percent: hostPercent(),
    host_virtual_memory: { total, available, used: total - available, free: available, percent: Math.round((1000 * (total - available)) / total) / 10 },
    ranks: ranks.map(({ rank, host, pid, cpuPercent, memoryBytes }) => ({ rank, hostname: host, pid, kernel_cpu: cpuPercent, kernel_memory: memoryBytes })),
  });
}

function hostTimes(): CpuTimes {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, total };
}

/** Percent of the machine since the request before; since the start of the kernel at the first one. */
function hostPercent(): number {
  const now = hostTimes();
  const elapsed = now.total - before.total;
  const percent = elapsed > 0 ? Math.round(1000 * (1 - (now.idle - before.idle) / elapsed)) / 10 : 0;
  if (elapsed > 0) before = now;
  return percent;
}
