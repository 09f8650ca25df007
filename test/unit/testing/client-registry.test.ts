import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { clientRegistry, clientsLeft } from '../../../src/testing/client-registry.ts'
import type { TestClient } from '../../../src/testing/test-client.ts'
import { tempFolder } from '../support/temp-folder.ts'

const client = (client_id: string) => ({ client_id, client_name: `client ${client_id}` }) as TestClient

it('knows the clients that were added and not removed', () => {
  const book = clientRegistry('shop', undefined)
  book.add(client('a'))
  book.add(client('b'))
  book.remove('a')
  expect(book.get('a')).toBeUndefined()
  expect(book.get('b')?.client_name).toBe('client b')
  expect(book.left()).toEqual([{ realm: 'shop', clientId: 'b', clientName: 'client b' }])
})

it('tells another process by its journal, of several realms', async () => {
  const journal = join(await tempFolder(), 'clients.jsonl')
  expect(await clientsLeft(journal)).toEqual([])
  const [one, two] = [clientRegistry('one', journal), clientRegistry('two', journal)]
  one.add(client('a'))
  two.add(client('b'))
  one.remove('a')
  one.remove('a')
  expect(await clientsLeft(journal)).toEqual(two.left())
  await appendFile(journal, '\n')
  expect(await clientsLeft(journal)).toHaveLength(1)
})
