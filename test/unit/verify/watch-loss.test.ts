import { expect, it } from 'vitest'

import { TimedOut } from '../../../src/oauth/bounded-fetch.ts'
import { watchLoss } from '../../../src/verify/watch-loss.ts'

const MCP_URL = new URL('http://a.test/mcp')
const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })

/** A server that gives these answers one after the other, and then the last one again. */
function server(...answers: readonly ('good' | Error)[]) {
  const left = [...answers]
  let count = 0
  const watch = watchLoss(
    async () => {
      count++
      const answer = left.length > 1 ? left.shift() : left[0]
      if (answer instanceof Error) throw answer
      return new Response(answer)
    },
    MCP_URL,
    0,
  )
  return { ...watch, count: () => count }
}

it('passes on the failure of a server that never answered', async () => {
  const { fetch, lost, count } = server(refused)
  await expect(fetch(MCP_URL)).rejects.toBe(refused)
  expect([lost(), count()]).toEqual([undefined, 1])
})

it('sends a request again to a server that restarts', async () => {
  const { fetch, lost } = server('good', refused, 'good')
  await fetch(MCP_URL)
  expect(await (await fetch(MCP_URL)).text()).toBe('good')
  expect(lost()).toBeUndefined()
})

it('passes on the failure of one request when the server answers another', async () => {
  const { fetch, lost } = server('good', refused, refused, 'good')
  await fetch(MCP_URL)
  await expect(fetch(MCP_URL)).rejects.toBe(refused)
  expect(lost()).toBeUndefined()
})

it('sends a request that hangs only once', async () => {
  const hangs = new TimedOut('no answer within 10 s')
  const { fetch, lost, count } = server('good', hangs, 'good')
  await fetch(MCP_URL)
  await expect(fetch(MCP_URL)).rejects.toBe(hangs)
  expect([lost(), count()]).toEqual([undefined, 3])
})

it('sends nothing more to a server that is lost', async () => {
  const { fetch, lost, count } = server('good', refused)
  await fetch(MCP_URL)
  await expect(fetch(MCP_URL)).rejects.toMatchObject({
    finding: {
      what: expect.stringContaining('stopped answering'),
      why: expect.stringContaining('Nothing listens'),
    },
  })
  await expect(fetch(MCP_URL)).rejects.toBe(lost())
  expect(count()).toBe(4)
})
