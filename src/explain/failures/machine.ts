import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** What is the matter with this machine, its network and its containers. */
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
        ? 'That is where Keycloak usually is: it does not run, or on another port. In a container localhost is the container itself.'
        : 'Keycloak or the MCP server does not run, or on another port. In a container localhost is the container itself.',
      fix: 'mcp-keycloak up\nWhere it is: mcp-keycloak status. From containers: the URL that "up" names.',
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
      what: 'The program did not reach the URL at all.',
      why: 'Nothing listens there, the name means nothing, or a proxy is in between; the cause is in the lines after it, if anywhere.',
      fix: 'mcp-keycloak status (whether Keycloak runs, and where)\nThe MCP server, too, has to run.',
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
      why: 'It is self-signed, or of an authority that this machine knows and the program does not: Node and Python bring their own list.',
      fix: 'Node: NODE_EXTRA_CA_CERTS=<file>; Python: SSL_CERT_FILE=<file>\nFor development on this machine plain http on localhost is enough.',
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
      what: host ? `The name "${host}" means nothing here.` : 'A host name means nothing here.',
      why: 'Names such as "keycloak" exist inside the Docker network alone, host.docker.internal in containers alone (on Linux when the container asks for it).',
      fix: 'mcp-keycloak status (use that URL on this machine; in a container the one that "up" names under "From containers")',
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
      why: 'Another program listens there, perhaps one of the same kind from another window.',
      fix: 'Stop that program, or take another port; for Keycloak: mcp-keycloak up --port 8081',
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
      what: 'The health check of the container fails, though Keycloak may be fine.',
      why: "Keycloak's image has no curl, health is on port 9000 since version 25, and only with KC_HEALTH_ENABLED=true.",
      fix: 'Take the health check of compose/keycloak.yaml, or let us run it: mcp-keycloak up',
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
      what: `The realm${realm ? ` "${realm}"` : ''} was there already, so its file was not read.`,
      why: '--import-realm never changes a realm that exists: edits of the file are not taken.',
      fix: `mcp-keycloak reset-realm${realm ? ` --realm ${realm}` : ''}`,
    }),
    link: LINKS.importSkipped,
  },
]
