import { projectName } from './compose.ts'
import { run } from './exec.ts'

const TIMEOUT_MS = 10_000

/** What Docker still has of an instance's Compose project. */
export interface Leftovers {
  readonly project: string
  /** Names of containers, running or not. */
  readonly containers: readonly string[]
  /** Names of volumes: databases with an administrator's password of their own. */
  readonly volumes: readonly string[]
}

/** Looks for containers and volumes of an instance's Compose project. */
export async function probeLeftovers(instance: string): Promise<Leftovers> {
  const project = projectName(instance)
  const filter = ['--filter', `label=com.docker.compose.project=${project}`]
  const list = ['ps', '--all', '--format', '{{.Names}}']
  const [containers, namesakes, volumes] = await Promise.all([
    run('docker', [...list, ...filter], { timeoutMs: TIMEOUT_MS }),
    // One that was made by hand has no label; Compose cannot make another of its name.
    run('docker', [...list, '--filter', `name=^${project}[-_]keycloak[-_]1$`], { timeoutMs: TIMEOUT_MS }),
    run('docker', ['volume', 'ls', ...filter, '--format', '{{.Name}}'], { timeoutMs: TIMEOUT_MS }),
  ])
  const lines = ({ exitCode, stdout }: typeof containers) =>
    exitCode === 0 ? stdout.split('\n').filter(Boolean) : []
  return {
    project,
    containers: [...new Set([...lines(containers), ...lines(namesakes)])],
    volumes: lines(volumes),
  }
}
