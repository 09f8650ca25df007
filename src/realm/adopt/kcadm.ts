import { singleQuoted } from '../../config/shell-word.ts'
import type { NeedStep } from '../needs/all.ts'
import { type KcadmCommand, kcadmCommands } from './kcadm-commands.ts'

/** The lists that commands search, by the text with which a command does that. */
const LISTS = {
  '$(scope ': 'SCOPES=$(list client-scopes name)',
  '$(client ': 'CLIENTS=$(list clients clientId)',
  '$(role ': 'ROLES=$(list roles name)',
  '$(policy ': 'POLICIES=$(list components providerId,subType)',
  'has "$CLIENT_PROFILES"': 'CLIENT_PROFILES=$(kc get client-policies/profiles -r "$REALM")',
  'has "$CLIENT_POLICIES"': 'CLIENT_POLICIES=$(kc get client-policies/policies -r "$REALM")',
} as const

/** The functions of the script. */
const FUNCTIONS = `kc() { "\${KCADM:-kcadm.sh}" "$@"; }
# Reads a list as lines "id,name".
list() { kc get "$1" -r "$REALM" --fields "id,$2" --format csv --noquotes; }
# Finds the id of a name in such lines.
search() {
  printf '%s\\n' "$1" | NAME="$2" awk '
    { at = index($0, ","); if (substr($0, at + 1) == ENVIRON["NAME"]) { id = substr($0, 1, at - 1); exit } }
    END { if (id == "") { print "There is no " ENVIRON["NAME"] | "cat >&2"; id = "not-found" } print id }'
}
scope() { search "$SCOPES" "$1"; }
client() { search "$CLIENTS" "$1"; }
role() { search "$ROLES" "$1"; }
policy() { search "$POLICIES" "$1"; }
# Tells whether a list of client policies or client profiles has a name.
has() { printf '%s' "$1" | grep -qF "\\"$2\\""; }
# Runs a command. A thing that exists already stays.
once() {
  said=$("$@" 2>&1) && return
  case $said in *xist* | *onflict*) ;; *) printf '%s\\n' "$said" >&2; exit 1 ;; esac
}
# Creates a thing from standard input.
create() { once kc create "$1" -r "$REALM" -f -; }
# Puts a scope into a list of scopes.
assign() { once kc update "$1" -r "$REALM" -n -b '{}'; }`

/**
 * Writes a script for Keycloak's `kcadm.sh` that makes these changes. It has no login. A second run changes nothing.
 *
 * @param realm name of the realm
 */
export function kcadmScript(realm: string, steps: readonly NeedStep[]): string {
  const groups = steps.flatMap(({ need: { name, title, reason, url }, before, after }) => [
    '',
    `# ${title}. ${reason}`,
    `# ${url}`,
    ...kcadmCommands(before, after).flatMap((command) => lines(command, name)),
  ])
  const isUsed = ([text]: readonly [string, string]) => groups.some((line) => line.includes(text))
  const lists = Object.entries(LISTS).filter(isUsed)
  return `${[
    '#!/bin/sh',
    '# Adds what MCP clients and servers need to a realm of Keycloak. What the realm has stays.',
    '# Log in first: kcadm.sh config credentials --server <url> --realm master --user <administrator>',
    '# KCADM is the path of kcadm.sh when it is not on the PATH.',
    'set -eu',
    `REALM=${singleQuoted(realm)}`,
    FUNCTIONS,
    '# Each list is read once: a call of kcadm.sh takes a second.',
    ...lists.map(([, line]) => line),
    ...groups,
  ].join('\n')}\n`
}

/** A command with the need that it meets, and its input. */
function lines({ line, body, expands = false }: KcadmCommand, need: string): readonly string[] {
  if (body === undefined) return [`${line} # ${need}`]
  return [`${line} <<${expands ? 'EOF' : "'EOF'"} # ${need}`, body, 'EOF']
}
