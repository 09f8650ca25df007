import { open, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** GitHub's cache service on loopback, in the protocol of GitHub Enterprise Server. */
export interface CacheService extends AsyncDisposable {
  /** The variables that the runner sets for an action. */
  readonly env: Readonly<Record<string, string>>
  /** The keys that were saved completely. */
  readonly saved: readonly string[]
  /** `false`: it answers 500. */
  works: boolean
}

/**
 * Starts a service with room for one archive.
 *
 * @param file where the archive is kept
 * @param onMiss called before it says that it does not have a key
 */
export async function startCacheService(file: string, onMiss: () => Promise<void>): Promise<CacheService> {
  const reserved: { key: string; version: string }[] = []
  const saved: string[] = []

  /** Answers with a status, and an object as JSON. */
  async function answer(request: IncomingMessage): Promise<readonly [status: number, body?: unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? '', service.env.ACTIONS_CACHE_URL)
    if (!service.works) return [500]
    if (request.headers.authorization !== 'Bearer of-the-runner') return [401]
    const [, id] = /^\/_apis\/artifactcache\/caches\/(\d+)$/.exec(pathname) ?? []
    if (request.method === 'GET') {
      const wanted = [searchParams.get('keys'), searchParams.get('version')].join()
      const found = reserved.find(({ key, version }) => saved.includes(key) && `${key},${version}` === wanted)
      const archiveLocation = `${service.env.ACTIONS_CACHE_URL}archive`
      if (found) return [200, { cacheKey: found.key, archiveLocation }]
      await onMiss()
      return [204]
    }
    if (request.method === 'PATCH' && id) {
      const [, start = '', end = ''] =
        /^bytes (\d+)-(\d+)\/\*$/.exec(`${request.headers['content-range']}`) ?? []
      const handle = await open(file, 'r+')
      let at = Number(start)
      for await (const chunk of request) at += (await handle.write(chunk, 0, chunk.length, at)).bytesWritten
      await handle.close()
      return [at === Number(end) + 1 ? 204 : 400]
    }
    if (id) {
      const { size } = (await json(request)) as { size: number }
      saved.push(reserved[Number(id) - 1]?.key ?? '')
      return [(await stat(file)).size === size ? 204 : 400]
    }
    const cacheId = reserved.push((await json(request)) as { key: string; version: string })
    await (await open(file, 'w')).close()
    return [201, { cacheId }]
  }

  const server = createServer(async (request, response) => {
    if (request.url === '/archive') {
      response.setHeader('content-length', (await stat(file)).size)
      return void (await open(file)).createReadStream().pipe(response)
    }
    const [status, body] = await answer(request)
    request.resume()
    response.statusCode = status
    if (body) response.setHeader('content-type', 'application/json')
    response.end(body && JSON.stringify(body))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const service: CacheService = {
    env: {
      ACTIONS_CACHE_URL: `http://127.0.0.1:${port}/`,
      ACTIONS_RUNTIME_TOKEN: 'of-the-runner',
      GITHUB_SERVER_URL: 'https://github.example.com',
    },
    saved,
    works: true,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
  return service
}
