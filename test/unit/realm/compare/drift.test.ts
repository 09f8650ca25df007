import { describe, expect, it } from 'vitest'

import { driftBetween, missingSettings } from '../../../../src/realm/compare/drift.ts'

const paths = (expected: object, actual: object) =>
  driftBetween({ ...expected }, { ...actual }).map(({ kind, path }) => `${kind} ${path}`)

describe('the difference of two realms', () => {
  it('is named by where the setting is', () => {
    const client = { clientId: 'c', redirectUris: ['http://a'], attributes: { x: '1' } }
    const expected = { accessTokenLifespan: 300, clients: [client, { clientId: 'gone' }] }
    const actual = {
      accessTokenLifespan: 60,
      clients: [{ ...client, redirectUris: ['http://b'], attributes: { y: '1' } }, { clientId: 'new' }],
    }
    expect(driftBetween(expected, actual)).toEqual([
      { path: 'accessTokenLifespan', kind: 'changed', expected: 300, actual: 60 },
      { path: 'clients[c].attributes.x', kind: 'removed', expected: '1' },
      { path: 'clients[c].attributes.y', kind: 'added', actual: '1' },
      { path: 'clients[c].redirectUris', kind: 'changed', expected: ['http://a'], actual: ['http://b'] },
      { path: 'clients[gone]', kind: 'removed', expected: { clientId: 'gone' } },
      { path: 'clients[new]', kind: 'added', actual: { clientId: 'new' } },
    ])
  })

  it.each<[string, object, object]>([
    ['the order of names', { a: ['x', 'y'] }, { a: ['y', 'x'] }],
    ['the order of things', { a: [{ name: 'x' }, { name: 'y' }] }, { a: [{ name: 'y' }, { name: 'x' }] }],
    ['the order of keys', { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }],
    ['empty instead of nothing', { a: [], b: {}, c: '', d: null }, {}],
    ['nothing instead of empty, further down', { a: [{ name: 'x' }] }, { a: [{ name: 'x', config: {} }] }],
    ['spaces in a JSON text', { a: ['{"x":1}'] }, { a: ['{ "x": 1 }'] }],
    ['the order of a list that is JSON in a text', { a: '["x","y"]' }, { a: '["y","x"]' }],
  ])('is not %s', (_, expected, actual) => {
    expect(paths(expected, actual)).toEqual([])
    expect(paths(actual, expected)).toEqual([])
  })

  it('may be false, nought, or a whole list', () => {
    expect(paths({ a: true, b: 1, c: ['x'] }, { a: false, b: 0, c: [] })).toEqual([
      'changed a',
      'changed b',
      'removed c',
    ])
  })

  it('is looked for inside of a JSON text', () => {
    const profile = (...names: string[]) => ({
      config: { profile: [JSON.stringify({ attributes: names.map((name) => ({ name })) })] },
    })
    expect(paths(profile('a'), profile('a', 'b'))).toEqual(['added config.profile.attributes[b]'])
  })

  it('is found between things of the same provider', () => {
    const ldap = (name: string, url: string) => ({ name, providerId: 'ldap', config: { url: [url] } })
    const both = { components: [ldap('one', 'a'), ldap('two', 'b')] }
    const other = { components: [ldap('one', 'a'), ldap('two', 'c')] }
    expect(paths(both, both)).toEqual([])
    expect(paths(both, other)).toEqual(['changed components[ldap two].config.url'])
  })

  it('is found in a list of things that have no name', () => {
    const flow = (requirement: string) => ({ executions: [{ authenticator: 'a', requirement }] })
    expect(paths(flow('REQUIRED'), flow('REQUIRED'))).toEqual([])
    expect(paths(flow('REQUIRED'), flow('DISABLED'))).toEqual(['changed executions'])
  })

  it('shows no secret', () => {
    const client = (secret: string) => ({
      clients: [{ clientId: 'c', secret, config: { clientSecret: secret } }],
    })
    const drift = driftBetween(client('one'), { ...client('two'), smtpServer: { password: 'three' } })
    expect(drift.map(({ path }) => path)).toEqual([
      'clients[c].config.clientSecret',
      'clients[c].secret',
      'smtpServer.password',
    ])
    expect(JSON.stringify(drift)).not.toMatch(/one|two|three/)
    expect(JSON.stringify(driftBetween({}, client('one')))).not.toContain('"one"')
  })
})

describe('what a realm file states', () => {
  const found = (stated: unknown, actual: unknown) =>
    missingSettings(stated, actual).map(({ path, kind }) => `${kind} ${path}`)

  it('is met by a server that has more', () => {
    const there = {
      config: { a: '1', b: '2' },
      uris: ['x', 'y'],
      items: [{ name: 'n', on: true, more: 1 }, { name: 'm' }],
    }
    expect(found({ config: { a: '1' }, uris: ['y'], items: [{ name: 'n', on: true }] }, there)).toEqual([])
    expect(found(undefined, there)).toEqual([])
  })

  it('is not met by one that has less, or something else', () => {
    expect(found({ uris: ['x', 'z'] }, { uris: ['x', 'y'] })).toEqual(['changed uris'])
    expect(found([{ name: 'n', on: true }, { name: 'm' }], [{ name: 'n', on: false }])).toEqual([
      'removed [m]',
      'changed [n].on',
    ])
    expect(found({ a: '1' }, undefined)).toEqual(['removed a'])
  })
})
