import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

/** What a terminal would obey: colours, a title, a clipboard, a link, a line that is written over, bidi marks. */
export const ESCAPES =
  '\u001b[31mred\u001b]0;title\u0007\u001b]52;c;ZXZpbA==\u0007\u009b2J\r\u202Eevil\u2066x\u2069\u200F'

/** Nested 100,000 deep. */
export const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

/** As many keys as fit into 1 MB. */
export const MANY_KEYS = `{${Array.from({ length: 90_000 }, (_, at) => `"k${at}":1`).join(',')}}`

export const reply =
  (
    body: string | Buffer,
    headers: Readonly<Record<string, string | string[]>> = {},
    status = 200,
  ): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body)
  }

export const jsonReply = (value: unknown, status = 200): RequestListener =>
  reply(
    typeof value === 'string' ? value : JSON.stringify(value),
    { 'content-type': 'application/json' },
    status,
  )

export const htmlReply = (body: string, status = 200): RequestListener =>
  reply(body, { 'content-type': 'text/html' }, status)

export const sendTo = (location: string, status = 302): RequestListener => reply('', { location }, status)

/** Bytes as they are, right or not; then the connection is kept or ended. */
export const raw =
  (bytes: string, end = true): RequestListener =>
  (request) => {
    if (end) request.socket.end(bytes, 'latin1')
    else request.socket.write(bytes, 'latin1')
  }

const untilClosed = (response: ServerResponse, write: () => void, everyMs: number) => {
  const timer = setInterval(write, everyMs)
  response.on('close', () => clearInterval(timer))
  response.socket?.on('close', () => clearInterval(timer))
}

/** One byte every 20 ms, for ever. */
export const drip =
  (type = 'application/json', byte = ' '): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type })
    untilClosed(response, () => response.write(byte), 20)
  }

/** Header after header, for ever. */
export const endlessHeaders: RequestListener = (request: IncomingMessage, response) => {
  request.socket.write('HTTP/1.1 200 OK\r\n')
  untilClosed(response, () => request.socket.write('x: y\r\n'), 20)
}

/** Thousands of interim responses, and no final one. */
export const interimFlood: RequestListener = (request, response) => {
  const some = 'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n'.repeat(50)
  untilClosed(response, () => request.socket.write(some), 5)
}

/** As much as the other side takes. */
export const endlessBody =
  (type: string, chunk: string): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type })
    const big = chunk.repeat(10_000)
    const more = () => {
      while (!response.destroyed && response.write(big)) {}
    }
    response.on('drain', more)
    more()
  }

const BOMB = Buffer.alloc(60_000_000, 0x20)
const bombs = new Map<string, Buffer>()
const COMPRESS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync }

/** 60 MB of blanks in some kilobytes. */
export function bomb(coding: keyof typeof COMPRESS, type = 'application/json'): RequestListener {
  return (_, response) => {
    const options = coding === 'br' ? { params: { 1: 1 } } : undefined // fast
    const bytes = bombs.get(coding) ?? COMPRESS[coding](BOMB, options as never)
    bombs.set(coding, bytes)
    response.writeHead(200, { 'content-type': type, 'content-encoding': coding }).end(bytes)
  }
}

/** Pages whose reading a tree would make expensive, or that lead elsewhere. */
export const hostilePages = (canary: string): Readonly<Record<string, string>> => ({
  '190,000 nested elements': '<div>'.repeat(190_000),
  'unclosed elements and as many wrong ends': '<div>'.repeat(80_000) + '</b>'.repeat(80_000),
  'an attribute of 900 kB': `<form id="${'x'.repeat(900_000)}">`,
  '100,000 attributes': `<form ${Array.from({ length: 100_000 }, (_, at) => `a${at}`).join(' ')}>`,
  '40,000 forms in forms': '<form><input name=accept>'.repeat(40_000),
  '60,000 fields': `<form>${'<input name=a>'.repeat(60_000)}<input name=accept></form>`,
  'a comment without an end': `<!--${'-'.repeat(900_000)}`,
  '100,000 comments': '<!---->'.repeat(100_000),
  '100,000 entities': '&lt;&#x41;'.repeat(90_000),
  'a tag without an end': `<form ${'a='.repeat(400_000)}`,
  'a script without an end': `<script>${'</scr'.repeat(150_000)}`,
  'an error message that steers': `<p id="input-error">${ESCAPES}</p>`,
  'a title that steers': `<title>${ESCAPES}</title>`,
  'only blanks': ' '.repeat(900_000),
  'NUL bytes': '\0'.repeat(900_000),
  'a meta refresh to the canary': `<meta http-equiv="refresh" content="0;url=${canary}/refresh">`,
  'a base element': `<base href="${canary}/"><form><input type=hidden name=a value=b><input name=accept></form>`,
  'Keycloak consent to the canary': `<form action="${canary}/consent"><input type=hidden name=cmd value=rm><input name=accept></form>`,
  'proxy consent to the canary': `<form id="consentForm" action="${canary}/x"><input type=hidden name=cmd value=rm></form>`,
  'a login form to the canary': `<form id="kc-form-login" action="${canary}/steal"><input name=username></form>`,
  'a button with its own formaction': `<form id="consentForm"><button name=action formaction="${canary}/x"></form>`,
  'a form to javascript': '<form id="consentForm" action="javascript:alert(1)"></form>',
  'a form to a file': '<form id="consentForm" action="file:///etc/passwd"></form>',
  'a form to no URL': '<form id="consentForm" action="http://["></form>',
  'a form with userinfo': `<form id="consentForm" action="${canary.replace('//', '//a:b@')}"></form>`,
  'a form to another spelling of this machine': `<form id="consentForm" action="${canary.replace('127.0.0.1', '0x7f.1')}"></form>`,
  'images, icons and scripts at the canary': `<link rel=icon href="${canary}/i"><img src="${canary}/i"><script src="${canary}/s"></script>`,
})
