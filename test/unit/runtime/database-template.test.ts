import { createPrivateKey, pbkdf2Sync } from 'node:crypto'

import { expect, it } from 'vitest'

import { firstStartSql, templateFolder } from '../../../src/runtime/database-template.ts'

const ADMIN = { username: "O'Hara", password: 'quite-a-secret' }

const values = (sql: string, name: string) =>
  [...sql.matchAll(new RegExp(`"VALUE" = '([^']+)' WHERE NAME = '${name}'`, 'g'))].map(([, value]) => value)

it('gives two servers different keys and hashes', async () => {
  const [one, other] = await Promise.all([firstStartSql(ADMIN), firstStartSql(ADMIN)])
  for (const [name, count] of [
    ['privateKey', 2],
    ['secret', 2],
    ['kid', 2],
  ] as const) {
    const all = [...values(one, name), ...values(other, name)]
    expect([all.length, new Set(all).size], name).toEqual([2 * count, 2 * count])
  }
  for (const key of values(one, 'privateKey')) {
    const der = Buffer.from(key ?? '', 'base64')
    const { asymmetricKeyDetails } = createPrivateKey({ key: der, format: 'der', type: 'pkcs1' })
    expect(asymmetricKeyDetails?.modulusLength).toBe(2048)
  }
  const salts = [one, other].map((sql) => /"salt":"([^"]+)"/.exec(sql)?.[1])
  expect(new Set(salts).size).toBe(2)
})

it('has the hash of the password and not the password', async () => {
  const sql = await firstStartSql(ADMIN)
  expect(sql).not.toContain(ADMIN.password)
  expect(sql).toContain("USERNAME = 'o''hara'")
  const [secret, parameters] = [...sql.matchAll(/'(\{.*?\})'/g)].map(([, json = '']) => JSON.parse(json))
  const salt = Buffer.from(secret.salt, 'base64')
  const hash = pbkdf2Sync(ADMIN.password, salt, parameters.hashIterations, 64, 'sha512')
  expect([parameters.algorithm, secret.value]).toEqual(['pbkdf2-sha512', hash.toString('base64')])
})

it('is of one version and one set of features', () => {
  const folders = [
    { version: '26.7.5', features: [] },
    { version: '26.7.4', features: [] },
    { version: '26.7.5', features: ['cimd'] },
  ].map((build) => templateFolder(build, '/cache'))
  expect(new Set(folders).size).toBe(3)
})
