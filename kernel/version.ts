/** What the kernel calls itself in `kernel_info_reply`; a test holds it equal to the package's version. */
export const IMPLEMENTATION = 'allranks';
export const VERSION = '0.1.0';
/** Version of the Jupyter messaging specification that the messages follow. */
export const PROTOCOL_VERSION = '5.5';
