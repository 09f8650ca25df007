import { assetPath } from '../assets.ts'
import { type ServerSettings, serverVariables, startArguments } from '../config/server.ts'
import { IMAGE_REPOSITORY } from '../config/versions.ts'
import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import {
  adminNotRecovered,
  RECOVERY_PASSWORD,
  recoveryArguments,
  saysAdminCreated,
} from './admin-recovery.ts'
import { containerLog, keepContainerLog } from './container-log.ts'
import { type RunOptions, type RunResult, run } from './exec.ts'
import { findComposeServer } from './find-compose-server.ts'
import { lastLines } from './last-lines.ts'
import { logFile } from './log-file.ts'
import { probeDocker, requireCompose } from './probe-docker.ts'
import type { InstancePlace, RunContext, Runtime } from './runtime.ts'

const COMPOSE_FILE = 'compose/keycloak.yaml'

/** Compose finds by their labels what it stops or removes; of the file it only wants each variable that has no default. */
const TO_STOP = { env: { KC_BOOTSTRAP_ADMIN_PASSWORD: 'not used' } } as const

/** Keycloak's official image in Docker Compose. */
export const composeRuntime: Runtime = {
  name: 'compose',
  prepare: ({ version }, context) => pullImage(version, context),
  settle: async () => {}, // a volume of the instance has what was built
  carryData: async () => {}, // the volume is the same for every version
  async start(settings, context) {
    const result = await compose(context.instance, ['up', '--detach', '--remove-orphans'], {
      env: composeVariables(settings),
      signal: context.signal,
    })
    throwIfInterrupted(context.signal)
    if (result.exitCode !== 0) throw composeFailed('start Keycloak', result)
    return {}
  },
  async find({ instance }) {
    return findComposeServer(await containerId(instance, ['--all']), await volumes(instance))
  },
  async hasDatabase({ instance }) {
    return (await volumes(instance)).some((name) => name.endsWith('_data'))
  },
  recoverAdmin,
  async isRunning({ instance }) {
    return (await containerId(instance, ['--filter', 'status=running'])) !== undefined
  },
  stop,
  async sweep(place) {
    const wasRunning = (await containerId(place.instance, ['--filter', 'status=running'])) !== undefined
    await stop(place)
    return wasRunning
  },
  async purge({ instance }) {
    const result = await compose(instance, ['down', '--volumes', '--remove-orphans'], TO_STOP)
    if (result.exitCode !== 0) throw composeFailed("remove Keycloak's data", result)
    await removeOlderVolumes(instance)
  },
  async lastLog({ instance, folder }, lines) {
    const id = await containerId(instance, ['--all'])
    if (id === undefined) return lastLines(logFile(folder), lines)
    const { stdout, stderr } = await run('docker', ['logs', '--tail', String(lines), id])
    return `${stdout}\n${stderr}`.split('\n').filter(Boolean)
  },
  log: ({ instance, folder }, options) =>
    containerLog(() => containerId(instance, ['--all']), folder, options),
  containerUrl: ({ instance }) => `http://keycloak:8080 (on the network ${projectName(instance)}_default)`,
}

async function stop({ instance, folder }: InstancePlace): Promise<void> {
  const id = await containerId(instance, ['--all'])
  if (id === undefined) return
  await run('docker', ['stop', id]) // so that its last words are kept, too
  await keepContainerLog(id, folder)
  const result = await compose(instance, ['down', '--remove-orphans'], TO_STOP)
  if (result.exitCode !== 0) throw composeFailed('stop Keycloak', result)
}

/** Compose removes the volumes of its file as it is now; the server's build under another version is not in it. */
async function removeOlderVolumes(instance: string): Promise<void> {
  const left = await volumes(instance)
  if (left.length > 0) await run('docker', ['volume', 'rm', ...left])
}

async function volumes(instance: string): Promise<readonly string[]> {
  const label = `label=com.docker.compose.project=${projectName(instance)}`
  const { exitCode, stdout } = await run('docker', ['volume', 'ls', '--quiet', '--filter', label])
  return exitCode === 0 ? stdout.split('\n').filter(Boolean) : []
}

/** Runs Keycloak's recovery command in a container of its own, on the instance's volumes. */
async function recoverAdmin(settings: ServerSettings, { instance, signal }: RunContext): Promise<void> {
  const command = recoveryArguments(settings.admin.username)
  const result = await compose(
    instance,
    ['run', '--rm', '--no-deps', '--env', RECOVERY_PASSWORD, 'keycloak', ...command],
    { env: { ...composeVariables(settings), [RECOVERY_PASSWORD]: settings.admin.password }, signal },
  )
  throwIfInterrupted(signal)
  const output = `${result.stdout}\n${result.stderr}`
  if (!saysAdminCreated(output)) throw adminNotRecovered(instance, output)
}

/** The Compose project of an instance: one instance, one project. */
export function projectName(instance: string): string {
  return `mcp-keycloak-${instance}`
}

/** The variables that `compose/keycloak.yaml` is filled in with. */
export function composeVariables(settings: ServerSettings): Readonly<Record<string, string>> {
  return {
    ...serverVariables(settings),
    KEYCLOAK_IMAGE: imageName(settings.version),
    KEYCLOAK_VERSION: settings.version,
    KEYCLOAK_ARGUMENTS: startArguments(settings).join(' '),
    KEYCLOAK_PORT: String(settings.port),
    KEYCLOAK_MANAGEMENT_PORT: String(settings.managementPort),
  }
}

async function compose(
  instance: string,
  args: readonly string[],
  { env, signal }: Pick<RunOptions, 'env' | 'signal'>,
): Promise<RunResult> {
  const [command, ...before] = requireCompose(await probeDocker())
  const project = ['--project-name', projectName(instance), '--file', assetPath(COMPOSE_FILE)]
  return run(command ?? 'docker', [...before, ...project, ...args], {
    env: { ...env, COMPOSE_PROJECT_NAME: projectName(instance) },
    signal,
  })
}

/** What a script says that bash runs inside the instance's container; `undefined` when it cannot be run there. */
export async function saidInContainer(instance: string, script: string): Promise<string | undefined> {
  const id = await containerId(instance, ['--filter', 'status=running'])
  if (id === undefined) return undefined
  const { exitCode, stdout } = await run('docker', ['exec', id, 'bash', '-c', script], { timeoutMs: 10_000 })
  return exitCode === 0 ? stdout : undefined
}

async function containerId(instance: string, filters: readonly string[]): Promise<string | undefined> {
  const project = `label=com.docker.compose.project=${projectName(instance)}`
  const service = 'label=com.docker.compose.service=keycloak'
  const args = ['ps', '--quiet', '--filter', project, '--filter', service, ...filters]
  const { exitCode, stdout } = await run('docker', args)
  return exitCode === 0 ? stdout.split('\n')[0]?.trim() || undefined : undefined
}

async function pullImage(version: string, context: RunContext): Promise<void> {
  requireCompose(await probeDocker())
  const image = imageName(version)
  if ((await run('docker', ['image', 'inspect', image])).exitCode === 0) return
  context.onStep(`Pulling ${image}`)
  const result = await run('docker', ['pull', image], {
    signal: context.signal,
    onLine: (line) => context.onStep(`Pulling ${image}: ${line}`),
  })
  throwIfInterrupted(context.signal)
  if (result.exitCode === 0) return
  throw new McpKeycloakError('IMAGE_NOT_FOUND', {
    what: `The image ${image} could not be pulled.`,
    why: lastLine(result),
    fix: 'Check --keycloak-version and the network, or use a local JDK: mcp-keycloak up --runtime java',
  })
}

function imageName(version: string): string {
  return `${IMAGE_REPOSITORY}:${version}`
}

function composeFailed(what: string, result: RunResult): McpKeycloakError {
  return new McpKeycloakError('COMPOSE_FAILED', {
    what: `Docker Compose could not ${what}.`,
    why: lastLine(result),
    fix: 'If it is not clear from that, use a local JDK: mcp-keycloak up --runtime java',
  })
}

function lastLine({ exitCode, stdout, stderr }: RunResult): string {
  const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)
  return said || `It ended with ${exitCode} and said nothing.`
}
