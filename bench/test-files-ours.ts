// node bench/test-files-ours.ts <runtime> <count>: what the testing module does for a run of that many test files
import { startKeycloak } from '../src/testing/index.ts'
import type { BenchRuntime } from './contender.ts'

const [runtime, count] = process.argv.slice(2)
await using keycloak = await startKeycloak({ runtime: runtime as BenchRuntime })
const file = async () => {
  await using _realm = await keycloak.createRealm()
}
await Promise.all(Array.from({ length: Number(count) }, file))
