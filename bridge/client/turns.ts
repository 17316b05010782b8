/**
 * Which requests need not wait for their turn: cells that only look at the run, and the traffic of widgets that only shows. What they
 * mean is the bridge's business; here it is enough to know them.
 */

/** Lines of `%live` that read, and `interrupt`; see bridge/server/live.ts. */
const LOOKING = /^%live\s+(status|ranks|stacks|help|missed|replay|watch|interrupt)(\s|$)/;

/** Whether every line of the cell only looks. */
export function looksOnly(code: unknown): boolean {
  if (typeof code !== 'string' || !code.trimStart().startsWith('%live')) return false;
  return code.split('\n').every((line) => line.trim() === '' || line.startsWith('#') || LOOKING.test(line.trim()));
}

/** The comm by which a front end asks for the states of all widgets (ipywidgets' protocol). */
const CONTROL_TARGET = 'jupyter.widget.control';
/** Ids of comms that the bridge itself serves begin with this. */
const BRIDGE_COMM = 'allranks-live-';

export class DisplayTraffic {
  /** Comms of `CONTROL_TARGET` that are open: a front end opens one when it loads a page. */
  private readonly control = new Set<string>();

  /** Whether a comm message only shows: it asks for states that the bridge knows, or belongs to a widget of the bridge. */
  isDisplay(type: string, content: Record<string, unknown>): boolean {
    const id = content['comm_id'];
    if (typeof id !== 'string') return false;
    if (id.startsWith(BRIDGE_COMM)) return true;
    if (type === 'comm_open' && content['target_name'] === CONTROL_TARGET) {
      // Front ends close them; one that does not must not fill the memory.
      if (this.control.size >= 1000) this.control.clear();
      this.control.add(id);
      return true;
    }
    if (this.control.has(id)) {
      if (type === 'comm_close') this.control.delete(id);
      return true;
    }
    const data = content['data'];
    return type === 'comm_msg' && typeof data === 'object' && data !== null && (data as Record<string, unknown>)['method'] === 'request_state';
  }
}
