/** `kernel_info_request` and `connect_request`: who the kernel is and where it listens. */
import type { KernelMessage } from '@jupyterlab/services';
import type { ExecutorInfo } from '../executor';
import { IMPLEMENTATION, PROTOCOL_VERSION, VERSION } from '../version';
import type { Call, Services } from './call';

type Info = Omit<KernelMessage.IInfoReply, 'supported_features'> & { supported_features: string[]; debugger: boolean };

const HELP_LINKS = [
  { text: 'Python Reference', url: 'https://docs.python.org/3' },
  { text: 'IPython Reference', url: 'https://ipython.readthedocs.io/en/stable/' },
  { text: 'NumPy Reference', url: 'https://numpy.org/doc/stable/' },
  { text: 'mpi4py Reference', url: 'https://mpi4py.readthedocs.io/en/stable/' },
];

export function kernelInfo(call: Call, services: Services): void {
  call.reply(infoContent(services.executor.info()));
}

function infoContent(info: ExecutorInfo): Info {
  return {
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    implementation: IMPLEMENTATION,
    implementation_version: VERSION,
    language_info: {
      name: 'python',
      version: info.pythonVersion,
      mimetype: 'text/x-python',
      file_extension: '.py',
      pygments_lexer: 'ipython3',
      codemirror_mode: { name: 'ipython', version: 3 },
      nbconvert_exporter: 'python',
    },
    banner: info.banner,
    help_links: HELP_LINKS,
    // Announced features must be there in full: front ends route debugging and widgets by them.
    supported_features: info.debugger ? ['debugger'] : [],
    debugger: info.debugger,
  };
}

/** Deprecated in the specification, still asked by some clients. */
export function connect(call: Call, services: Services): void {
  const { shell, iopub, stdin, hb, control } = services.ports;
  call.reply({ status: 'ok', shell_port: shell, iopub_port: iopub, stdin_port: stdin, hb_port: hb, control_port: control });
}
