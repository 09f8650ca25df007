/**
 * Kills realm resets at each of their writing requests, on a separate server. Checks after each that the next command
 * leaves the realm complete. Usage: `node scripts/soak-reset.ts [runs] [seed]`. Ends with 1 when something was lost.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { resolveConfig } from '../src/config/resolve.ts'
import { adminLogin } from '../src/keycloak/admin.ts'
import { down } from '../src/operations/down.ts'
import { resetRealm } from '../src/operations/reset-realm.ts'
import { up } from '../src/operations/up.ts'
import { freePort } from '../src/runtime/probe-port.ts'
import { killOnce, WORKS } from '../test/helpers/program/killed-resets.ts'
import { seededRandom } from '../test/helpers/suite/seeded-random.ts'

const [runs = '200', seed = '1'] = process.argv.slice(2)
const dataFolder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-soak-'))
const flags = { dataFolder, instance: 'soak', runtime: 'java', port: await freePort(), proof: false }
const { config } = await resolveConfig({ flags, env: {}, cwd: dataFolder })
const { endpoints, admin: credentials } = await up(config)
const own = { ...config, realm: endpoints.realm }
const random = seededRandom(Number(seed))
let [killed, broken] = [0, 0]
try {
  for (let run = 1; run <= Number(runs); run++) {
    if (credentials === null) throw new Error('an instance of our own has an administrator')
    const admin = await adminLogin({ url: endpoints.keycloakUrl, admin: credentials, runtime: 'java' })
    const finish = random() < 0.5 ? () => up(own) : () => resetRealm(own)
    const names = Object.keys(WORKS) as (keyof typeof WORKS)[]
    const name = names[Math.floor(random() * names.length)] ?? 'in place'
    const outcome = await killOnce({ admin, config: own, random, name, part: random(), finish })
    if (outcome.killed) killed++
    if (outcome.faults.length > 0) broken++
    process.stdout.write(`${run} ${outcome.name} at ${outcome.at}: ${outcome.faults.join('; ') || 'whole'}\n`)
  }
} finally {
  process.stdout.write(`seed ${seed}: ${runs} runs, ${killed} killed, ${broken} broken\n`)
  await down(config, { purge: true })
  await rm(dataFolder, { recursive: true, force: true })
}
process.exitCode = broken > 0 ? 1 : 0
