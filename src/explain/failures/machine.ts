import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures of this machine, its network and its containers. */
export const MACHINE_FAILURES: readonly KnownFailure[] = [
  {
    id: 'connection-refused',
    topic: 'machine',
    example: 'connect ECONNREFUSED 127.0.0.1:8080',
    text: [
      /ECONNREFUSED (?<address>[\w.:[\]-]+)/,
      /Failed to connect to (?<host>\S+) port (?<port>\d+)/,
      /host='(?<host>[^']+)', port=(?<port>\d+)(?!\d).*(?:Connection refused|NewConnectionError)/,
      /(?<!JWKS: )All connection attempts failed/,
      /dial tcp (?<address>[\d.:[\]]+): connect: connection refused/,
      /Connection refused/i,
    ],
    culprit: ({ address, host, port }) => address ?? (host && `${host}:${port}`),
    explain: (_, address) => ({
      what: `Nothing listens on ${address ?? 'that port'}.`,
      why: address?.endsWith(':8080')
        ? 'Keycloak usually listens there. It is not running, or it uses another port. In a container, localhost is the container itself.'
        : 'Keycloak or the MCP server is not running, or it uses another port. In a container, localhost is the container itself.',
      fix: `${command('up')}\nTo see its URL: ${command('status')}. In a container, use the URL that "up" shows under "From containers".`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'nothing-reached',
    topic: 'machine',
    example: 'TypeError: fetch failed',
    text: [/TypeError: fetch failed/, /Unable to connect\. Is the computer able to access the url\?/],
    vague: true,
    explain: () => ({
      what: 'The program could not reach the URL.',
      why: 'Nothing listens there, the host name does not exist, or a proxy blocks the request. Lines after this one may show the cause.',
      fix: `${command('status')} (shows whether Keycloak runs, and where)\nCheck that the MCP server runs too.`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'certificate-not-trusted',
    topic: 'machine',
    example: 'self-signed certificate in certificate chain',
    text: [
      /self[- ]signed certificate/,
      /unable to verify the first certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
      /CERTIFICATE_VERIFY_FAILED/,
    ],
    explain: () => ({
      what: 'The program does not trust the certificate of the server.',
      why: 'It is self-signed, or the program does not know its certificate authority. Node and Python have their own lists of authorities.',
      fix: 'Node: NODE_EXTRA_CA_CERTS=<file>; Python: SSL_CERT_FILE=<file>\nFor development on this machine, plain http on localhost is enough.',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'host-unknown',
    topic: 'machine',
    example: 'getaddrinfo ENOTFOUND keycloak',
    text: [
      /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<host>[\w.-]+)/,
      /Could not resolve host: (?<host>[\w.-]+)/,
      /Name or service not known|nodename nor servname provided|Temporary failure in name resolution/,
    ],
    culprit: ({ host }) => host,
    explain: (_, host) => ({
      what: host
        ? `The host name "${host}" does not exist on this machine.`
        : 'A host name does not exist on this machine.',
      why: 'Names such as "keycloak" exist only inside the Docker network. The name host.docker.internal exists only in containers, and on Linux only with an option of the container.',
      fix: `${command('status')} (shows the URL for this machine; in a container, use the URL that "up" shows under "From containers")`,
    }),
    link: LINKS.issuerInContainers,
  },
  {
    id: 'port-in-use',
    topic: 'machine',
    example: 'Error: listen EADDRINUSE: address already in use 127.0.0.1:6274',
    text: [
      /EADDRINUSE(?:: address already in use)? ?(?<address>[\w.:*[\]]+)?/,
      /PORT IS IN USE/,
      /[Aa]ddress already in use/,
      /Bind for (?<address>[\d.:]+) failed: port is already allocated/,
    ],
    culprit: ({ address }) => address,
    explain: (_, address) => ({
      what: `The port ${address ? `of ${address} ` : ''}is in use.`,
      why: 'Another program listens there, possibly another run of the same program.',
      fix: `Stop that program, or choose another port. For Keycloak: ${command('up', { port: 8081 })}`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'container-unhealthy',
    topic: 'machine',
    example: 'dependency failed to start: container keycloak is unhealthy',
    text: [/container (?<container>\S+) is unhealthy/, /\((?<state>unhealthy)\)/],
    culprit: ({ container }) => container,
    explain: () => ({
      what: 'The health check of the container fails, although Keycloak may work.',
      why: "Keycloak's image has no curl. Since version 25, health is on port 9000, and only with KC_HEALTH_ENABLED=true.",
      fix: `Use the health check from compose/keycloak.yaml, or use a managed instance: ${command('up')}`,
    }),
    link: LINKS.unhealthy,
  },
  {
    id: 'import-skipped',
    topic: 'machine',
    example: "Realm 'fastmcp' already exists. Import skipped",
    text: [/Realm '?(?<realm>[\w.-]+)'? already exists\. Import skipped/],
    culprit: ({ realm }) => realm,
    explain: (_, realm) => ({
      what: `The realm${realm ? ` "${realm}"` : ''} already existed, so Keycloak did not read its file.`,
      why: '--import-realm never changes an existing realm, so edits of the file have no effect.',
      fix: command('reset-realm', { realm }),
    }),
    link: LINKS.importSkipped,
  },
]
