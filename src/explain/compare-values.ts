/** Names of this machine. */
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

/** A name without a dot is a service of Docker or Kubernetes. */
const CONTAINER = /^(?!localhost$)[a-z][\w-]*$|^host\.docker\.internal$|\.(?:svc|local|internal)$/

/** A value as Python and Go print it, without its quotes and brackets. */
export function unquoted(value: string): string {
  return value.replace(/^[\s'"[{(]+/, '').replace(/['"\]})]{1,9}$/, '')
}

/** The first URL in a value, which may be a list. */
export function firstUrl(value: string | undefined): string | undefined {
  return /https?:\/\/[^\s'",\])]+/.exec(value ?? '')?.[0]
}

/**
 * Describes the difference of two values in one sentence; `undefined` without two values.
 *
 * @param names the names of both values in the sentence
 */
export function differenceOf(
  expected: string | undefined,
  got: string | undefined,
  names: readonly [expected: string, got: string] = ['the expected value', 'the actual value'],
): string | undefined {
  if (expected === undefined || got === undefined) return undefined
  const [one, other] = [unquoted(expected), unquoted(got)]
  const [want, have] = [firstUrl(one), firstUrl(other)]
  if (want !== undefined && have !== undefined) return urlDifference(want, have)
  if (want !== undefined)
    return `A URL is expected, and ${names[1]} is ${isList(other) ? 'a list of names' : 'a name'}.`
  if (have !== undefined) return `A name is expected, and ${names[1]} is a URL.`
  if (one.toLowerCase() === other.toLowerCase()) return 'They differ in upper and lower case.'
  return undefined
}

const isList = (value: string) => /[\s,]/.test(value)

function urlDifference(want: string, have: string): string | undefined {
  if (want === have) return undefined
  if (want.replace(/\/$/, '') === have.replace(/\/$/, '')) return 'They differ in the slash at the end.'
  if (want.toLowerCase() === have.toLowerCase()) return 'They differ in upper and lower case.'
  if (!URL.canParse(want) || !URL.canParse(have)) return undefined
  const [one, other] = [new URL(want), new URL(have)]
  const parts: readonly (readonly [boolean, string])[] = [
    [
      one.protocol !== other.protocol,
      `the scheme (${one.protocol.slice(0, -1)} and ${other.protocol.slice(0, -1)})`,
    ],
    [one.hostname !== other.hostname, `the host (${one.hostname} and ${other.hostname})`],
    [one.port !== other.port, `the port (${portOf(one)} and ${portOf(other)})`],
    [one.pathname !== other.pathname, `the path (${one.pathname} and ${other.pathname})`],
  ]
  const different = parts.filter(([isDifferent]) => isDifferent).map(([, part]) => part)
  if (different.length === 0) return undefined
  return `They differ in ${different.join(' and ')}.${hostNote(one.hostname, other.hostname)}`
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80')
}

function hostNote(one: string, other: string): string {
  if (one === other) return ''
  const [loopback, container] = [
    [one, other].find((host) => LOOPBACK.test(host)),
    [one, other].find((host) => CONTAINER.test(host)),
  ]
  if (loopback && LOOPBACK.test(one) && LOOPBACK.test(other))
    return ' Both are this machine, but their names are compared as texts.'
  if (loopback && container)
    return ` ${container} is a name for containers, ${loopback} is a name for this machine.`
  return container ? ` ${container} is a name for containers only.` : ''
}
