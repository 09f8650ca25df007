import type { KeycloakEvent } from './known-failure.ts'

/** `type="LOGIN_ERROR", realmId="…", …`; older versions write no quotes. */
const EVENT = /\btype="?([A-Z][A-Z0-9_]+)"?, realmId=.*$/
const PAIR = /(?<![\w.-])([A-Za-z_][\w.-]*)=(?:"([^"]*)"|([^",]*))(?:, |$)/g

/** Reads the event in a line of the server's log. The listener `jboss-logging` writes it. */
export function eventOfLine(line: string): KeycloakEvent | undefined {
  const [text, type] = EVENT.exec(line) ?? []
  if (text === undefined || type === undefined) return undefined
  const pairs = Object.fromEntries(
    [...text.matchAll(PAIR)].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']),
  )
  const {
    type: _type,
    realmId: _id,
    realmName,
    clientId,
    userId: _user,
    ipAddress,
    error,
    ...details
  } = pairs
  const given = (value: string | undefined) => (value === 'null' ? undefined : value)
  return { type, realm: realmName, clientId: given(clientId), ipAddress, error, details }
}
