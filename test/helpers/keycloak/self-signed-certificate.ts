import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'

import { probeJava } from '../../../src/runtime/java/probe-java.ts'

/** A certificate for localhost that nobody vouches for, by the keytool of the JDK that Keycloak runs on. */
export async function selfSignedCertificate(): Promise<{ pfx: Buffer; passphrase: string }> {
  const [jdk] = await probeJava()
  if (!jdk) throw new Error('there is no JDK')
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-certificate-'))
  const file = join(folder, 'server.p12')
  const passphrase = 'only-for-this-test'
  const names = ['-alias', 'server', '-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1']
  const store = ['-keystore', file, '-storetype', 'PKCS12', '-storepass', passphrase]
  await execa(join(jdk.home, 'bin', 'keytool'), [
    '-genkeypair',
    '-keyalg',
    'RSA',
    '-validity',
    '2',
    ...names,
    ...store,
  ])
  const pfx = await readFile(file)
  await rm(folder, { recursive: true })
  return { pfx, passphrase }
}
