/** The names of this machine in a URL, as the source of a regular expression. */
export const LOOPBACK_NAMES = /(localhost|127(\.\d+){3}|\[::1\])/.source

const LOOPBACK_NAME = new RegExp(`^${LOOPBACK_NAMES}$`)

/** Whether the host name of a URL is this machine. */
export const isLoopbackName = (hostname: string): boolean => LOOPBACK_NAME.test(hostname)
