/** The names of this machine in a URL, as the source of a regular expression. */
export const LOOPBACK_NAMES = /(localhost|127(\.\d+){3}|\[::1\])/.source
