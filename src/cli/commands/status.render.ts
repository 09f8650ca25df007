import type { ChalkInstance } from 'chalk'

import { command, DEFAULT_REALM } from '../../config/command.ts'
import { ownerInWords } from '../../config/docker-names.ts'
import { REALM_OPTION_KEYS } from '../../config/realm-options.ts'
import { type ConfigKey, flagName, optionMeta } from '../../config/schema.ts'
import type { InstancesReport } from '../../operations/instances.ts'
import type { RealmStatus, StatusReport } from '../../operations/status.ts'
import { printableJson } from '../../printable.ts'
import { row, shownTime, title, warning } from '../render.ts'
import { userLine } from './up.render.ts'

/** Renders the result of `status`. */
export function renderStatus(report: StatusReport, chalk: ChalkInstance, verbose: boolean): string[] {
  const { admin } = report
  return [
    title(
      chalk,
      `Keycloak ${report.version} runs at ${report.url}  (instance "${report.instance}", ${report.runtime})`,
    ),
    '',
    ...(report.startedAt ? row(chalk, 'Since', shownTime(report.startedAt)) : []),
    ...row(
      chalk,
      'Admin console',
      report.adminConsole,
      ...(admin ? [`${admin.username} / ${admin.password}`] : []),
    ),
    ...report.realms.flatMap((realm) => [
      ...realmRows(realm, chalk),
      ...(verbose ? rememberedRows(realm, chalk) : []),
    ]),
    ...(verbose ? optionRows(report, chalk) : []),
    ...(report.realms.length === 0 ? [warning(chalk, `It has no managed realm: ${command('up')}`)] : []),
  ]
}

function realmRows(
  { endpoints, mcpUrls, users, clients, drift }: RealmStatus,
  chalk: ChalkInstance,
): string[] {
  const { registered, total, limit } = clients
  return [
    '',
    ...row(chalk, 'Realm', chalk.bold(endpoints.realm)),
    ...row(chalk, 'Issuer', chalk.cyan(endpoints.issuer)),
    ...row(chalk, 'MCP URL', ...mcpUrls),
    ...row(chalk, 'Test users', ...users.map(userLine)),
    ...row(
      chalk,
      'Clients',
      limit === null
        ? `${registered} self-registered, ${total} in total`
        : `${registered} self-registered, ${total} in total (limit ${limit})`,
    ),
    ...(drift
      ? [
          warning(
            chalk,
            `The file that "${endpoints.realm}" was made from has changed since: ${realmDiff(endpoints.realm)}`,
          ),
        ]
      : []),
  ]
}

function realmDiff(realm: string): string {
  return command('realm diff', realm === DEFAULT_REALM ? {} : { realm })
}

/** Renders the options that the realm remembers. Later commands need no flags for them. */
function rememberedRows({ options }: RealmStatus, chalk: ChalkInstance): string[] {
  return options.flatMap(({ key, value }, at) =>
    row(chalk, at === 0 ? 'Remembers' : '', `${flagName(key)} ${printableJson(value)}`),
  )
}

function optionRows({ options }: StatusReport, chalk: ChalkInstance): string[] {
  return [
    '',
    ...row(chalk, 'Options', 'of this call, and where each came from:'),
    ...options.flatMap((option) =>
      row(chalk, shownName(option.key), `${shownValue(option.value)}  (${cameFrom(option)})`),
    ),
  ]
}

/** Returns the flag of a key, or its name for a secret, which has no flag. */
function shownName(key: ConfigKey): string {
  return optionMeta(key).secret ? flagName(key).slice(2) : flagName(key)
}

function shownValue(value: unknown): string {
  return value === null || (Array.isArray(value) && value.length === 0) ? 'not set' : printableJson(value)
}

const REMEMBERED: readonly ConfigKey[] = [...REALM_OPTION_KEYS]

function cameFrom({ key, origin, source }: StatusReport['options'][number]): string {
  if (source !== null) return `${origin} ${source}`
  return REMEMBERED.includes(key) ? 'default, or what the realm remembers' : origin
}

/** Renders one line per instance. */
export function renderInstances({ instances, foreign }: InstancesReport, chalk: ChalkInstance): string[] {
  return [
    ...instances.flatMap((summary) => {
      const { instance, runtime, version, url } = summary
      return row(chalk, instance, `${condition(summary, chalk)}  ${url}  Keycloak ${version}, ${runtime}`)
    }),
    ...(instances.length === 0 ? [`  There is no instance on this machine: ${command('up')}`] : []),
    ...(foreign.length > 0 ? ['', '  Other data folders in Docker:'] : []),
    ...foreign.flatMap((project) =>
      row(
        chalk,
        project.instance,
        `${project.running ? 'runs   ' : 'stopped'}  ${project.project}, ${ownerInWords(project)}`,
      ),
    ),
  ]
}

function condition(
  { running, startedAt }: InstancesReport['instances'][number],
  chalk: ChalkInstance,
): string {
  if (running) return chalk.green('runs   ')
  return startedAt === null ? 'stopped' : chalk.yellow('died   ')
}
