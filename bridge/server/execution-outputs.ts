/**
 * What an execution prints, from the fold of its ranks to the journal and its client: within the volume that the client asked for, and
 * going on where an earlier bridge stopped.
 */
import type { Output } from '../protocol/messages';
import { CellOutput } from './cell-output';
import type { Execution } from './execution';
import type { JobView } from './executions';
import type { JobWorld } from './job';
import { VolumeLimit, type TextFile } from './volume';

export class ExecutionOutputs {
  constructor(
    private readonly job: Pick<JobView, 'roster' | 'position'>,
    private readonly world: Pick<JobWorld, 'journal' | 'carry' | 'texts' | 'broadcast'>,
  ) {}

  /** Where the ranks' output of it is folded; goes on where an earlier bridge stopped. */
  make(execution: Execution, targets: number[] | null): void {
    const ranks = targets && targets.length > 0 ? targets : this.job.roster.sorted().map((rank) => rank.rank);
    const { carry } = this.world;
    const output = new CellOutput(
      ranks,
      targets !== null,
      (shown) => this.emit(execution, shown),
      execution.perRank,
      (event) => carry.note(execution.id, event),
    );
    const before = carry.outputOf(execution.id);
    if (before) output.restore(before.state, before.events);
    else if (execution.restored && execution.outputs > 0)
      output.resume({ stdout: execution.firstRanksText('stdout'), stderr: execution.firstRanksText('stderr') });
    execution.output = output;
    carry.begin(execution.id, () => output.state());
  }

  emit(execution: Execution, output: Output): void {
    if (execution.verdict) return;
    if (execution.volume) execution.volume.output(output);
    else this.show(execution, output);
  }

  /** Keeps it to the volume that its client asked for. */
  limit(execution: Execution): void {
    const limit = execution.request.maxTextBytes;
    if (limit === undefined) return;
    const open = (): TextFile => {
      execution.textFile = this.world.texts.create(execution.count);
      this.world.journal.add('text', this.job.position.step, { id: execution.id, path: execution.textFile.path });
      return execution.textFile;
    };
    execution.volume = new VolumeLimit(limit, execution.id, (output) => this.show(execution, output), open);
    if (!execution.restored) return;
    const { textPath } = execution;
    if (textPath === null) return execution.volume.resume(execution.shownText(), null, '', 0);
    const { file, end, size } = this.world.texts.resume(textPath, limit / 2);
    execution.textFile = file;
    execution.volume.resume(execution.shownText(), file, end, size);
  }

  /** What ranks print after the verdict. */
  late(execution: Execution): CellOutput {
    if (!execution.late) {
      const ranks = this.job.roster.sorted().map((rank) => rank.rank);
      execution.late = new CellOutput(ranks, false, (output) => {
        // A display that each step draws anew would fill the journal.
        if (output.kind !== 'update') this.world.journal.add('output', this.job.position.step, { id: execution.id, late: true, output });
        const message = { t: 'output', id: execution.id, output, late: true } as const;
        // Whose cell it was, only an earlier bridge knew: the kernel that knows the cell takes it, the others leave it.
        if (execution.owner) execution.owner.send(message);
        else this.world.broadcast(message);
      });
    }
    return execution.late;
  }

  private show(execution: Execution, output: Output): void {
    this.world.journal.add('output', this.job.position.step, { id: execution.id, output });
    this.world.carry.touch();
    execution.emit(output);
  }
}
