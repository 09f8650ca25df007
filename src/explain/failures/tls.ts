import { command } from '../../config/command.ts'
import type { Cause } from '../causes.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Causes that a failed TLS connection only seems to have. */
const REACHED: readonly Cause[] = ['keys-unreachable', 'missing-metadata']

/** TLS where a program does not expect it, and certificates that it does not accept. */
export const TLS_FAILURES: readonly KnownFailure[] = [
  {
    id: 'certificate-expired',
    topic: 'machine',
    cause: 'tls',
    covers: ['tls', ...REACHED],
    example: 'cURL error 60: SSL certificate problem: certificate has expired',
    text: [
      /certificate (?:has expired|is expired|is not yet valid)|certificate has expired or is not yet valid/i,
      /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_CERT_DATE_INVALID|Certificate(?:Expired|NotYetValid)Exception|NotTimeValid/,
      /invalid peer certificate: (?:Expired|NotValidYet)|PKIX path validation failed: .{0,80}validity check failed/,
    ],
    explain: () => ({
      what: 'The certificate of the server is not valid at this time.',
      why: 'It has expired, the server still uses the old file after a renewal, or the clock of this machine is wrong. An old list of authorities can have an expired one in the chain.',
      fix: 'echo | openssl s_client -connect <host>:<port> -servername <host> | openssl x509 -noout -dates -issuer\nRenew the certificate, restart the server, and set the clock.',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'certificate-not-trusted',
    topic: 'machine',
    cause: 'tls',
    covers: REACHED,
    example: 'self-signed certificate in certificate chain',
    text: [
      /self[- ]signed certificate|DEPTH_ZERO_SELF_SIGNED_CERT/i,
      /unable to verify the first certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE|unable to get local issuer certificate/i,
      /CERTIFICATE_VERIFY_FAILED|certificate verify failed|UnknownIssuer\b|ERR_CERT_AUTHORITY_INVALID/,
      /(?:"(?<url>https:\/\/[^"]+)": )?PKIX path building failed|unable to find valid certification path/,
      /InvalidCertificate|certificate (?:is )?not trusted|CertPathBuilderException|tls: (?:unknown|bad) certificate|\b(?:unknown_ca|certificate_unknown)\b|alert (?:unknown ca|certificate unknown|bad certificate)/i,
      /x509: certificate signed by unknown authority|remote certificate (?:is|was) (?:invalid|rejected)|RemoteCertificateChainErrors|UntrustedRoot|SEC_ERROR_UNKNOWN_ISSUER|No trusted certificate found/,
      /Could not find a suitable TLS CA certificate bundle|error setting certificate verify locations/,
    ],
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The program does not trust the certificate of the server${url ? ` at ${url}` : ''}.`,
      why: 'It is self-signed, or the program does not know its certificate authority. Node, Python and Java have their own lists of authorities.',
      fix: 'Node: NODE_EXTRA_CA_CERTS=<file>; Python: SSL_CERT_FILE=<file>; Java: keytool -importcert -cacerts -file <file>\nFor development on this machine, plain http on localhost is enough.',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'tls-handshake-failed',
    topic: 'machine',
    cause: 'tls',
    example: 'javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure',
    text: [
      /SSLHandshakeException|SSLError\b|SSL connection could not be established|TLS handshake (?:failed|error)|CertPathValidatorException|\bhandshake[_ ]failure\b/i,
      /No appropriate protocol|\bno (?:shared cipher|protocols available|cipher suites in common)\b|UNSUPPORTED_PROTOCOL|tls: protocol version not supported|\bDH_KEY_TOO_SMALL\b/i,
    ],
    vague: 'topic',
    explain: () => ({
      what: 'Program and server could not agree on a TLS connection.',
      why: 'The program does not trust the certificate, the two have no TLS version or cipher in common, the server asks for a certificate of the client, or a proxy between them ended the connection. The lines around the message say which.',
      fix: 'echo | openssl s_client -connect <host>:<port> -servername <host> (shows the certificates, the version and the alert)\nJava: JAVA_TOOL_OPTIONS=-Djavax.net.debug=ssl:handshake',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'certificate-for-another-name',
    topic: 'machine',
    cause: 'tls',
    covers: REACHED,
    example: 'x509: certificate is valid for localhost, not keycloak',
    text: [
      /certificate is valid for (?<names>.{1,200}?), not (?<host>[\w.-]+)/,
      /ERR_TLS_CERT_ALTNAME_INVALID|Hostname\/IP does not match certificate's altnames|No subject alternative (?:DNS )?names? (?:matching|present)|No name matching (?<host>[\w.-]+) found/,
      /no alternative certificate subject name matches target host name '(?<host>[^']+)'/,
      /certificate has no subject alternative name|doesn't contain any IP SANs|use SANs instead|NotValidForName|Certificate for <(?<host>[^>]+)> doesn't match/i,
      /Host name '(?<host>[^']+)' does not match the certificate|RemoteCertificateNameMismatch|ERR_CERT_COMMON_NAME_INVALID/i,
      /hostname mismatch, certificate is not valid for '(?<host>[^']+)'/i,
    ],
    culprit: ({ host }) => host,
    explain: ({ names }, host) => ({
      what: `The certificate of the server is for another name${host ? ` than ${host}` : ''}.`,
      why: names ? `It is for ${names}.` : 'The name in the URL is not among the names of the certificate.',
      fix: 'Use a name of the certificate in the URL, or create a certificate with that name (mkcert <name>).',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'tls-on-plain-port',
    topic: 'machine',
    cause: 'tls',
    covers: REACHED,
    example: 'EPROTO: SSL routines:ssl3_get_record:wrong version number',
    text: [
      /SSL routines:.{0,60}wrong version number|WRONG_VERSION_NUMBER|\bEPROTO\b|SSL_ERROR_RX_RECORD_TOO_LONG|ERR_SSL_(?:PROTOCOL_ERROR|PACKET_LENGTH_TOO_LONG|WRONG_VERSION_NUMBER)/i,
      /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|Unsupported or unrecognized SSL message|InvalidContentType/,
      /Cannot determine the corrupted frame|received corrupt message of type InvalidContentType|packet length too long/,
    ],
    explain: () => ({
      what: 'The program speaks https to a port that answers in plain http.',
      why: 'Keycloak for development has http on port 8080. Its https port, if it has one, is 8443.',
      fix: `Write http:// in the URL: ${command('env')} shows the correct URLs.`,
    }),
    link: LINKS.hostname,
  },
  {
    id: 'plain-on-tls-port',
    topic: 'machine',
    cause: 'tls',
    example: 'Client sent an HTTP request to an HTTPS server.',
    text: [
      /sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|not an SSL\/TLS record|request requires TLS/i,
    ],
    explain: () => ({
      what: 'The program speaks plain http to a port that answers in https.',
      why: 'The URL begins with http://, and the port has TLS.',
      fix: `Write https:// in the URL: ${command('env')} shows the correct URLs.`,
    }),
    link: LINKS.hostname,
  },
  {
    id: 'page-not-secure',
    topic: 'login',
    cause: 'tls',
    example: 'Error: Web Crypto API is not available.',
    text: [
      /Web Crypto API is not available|crypto\.(?:subtle|randomUUID) is (?:undefined|not (?:a function|available))|undefined \(reading '(?:digest|generateKey|importKey)'\)/,
      /not available in (?:an )?insecure contexts?|requires a secure context/i,
    ],
    explain: () => ({
      what: 'The browser gives the page no cryptography, which the login needs.',
      why: 'The page has plain http and another host than localhost. Browsers offer it on https and on localhost only.',
      fix: 'Open the page on http://localhost, or give it https.',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'https-required-by-program',
    topic: 'discovery',
    cause: 'tls',
    example:
      'The MetadataAddress or Authority must use HTTPS unless disabled for development by setting RequireHttpsMetadata=false.',
    text: [
      /MetadataAddress or Authority must use HTTPS|[Cc](?:leartext|LEARTEXT) .{1,60} not permitted|App Transport Security|insecure_?transport/i,
      /IDX20108: .{0,60}?'(?<url>http:[^']+)'/,
      /only requests to HTTPS are allowed|[Ii]ssuer (?:URL )?must (?:be|use) (?:HTTPS|an https)|must be (?:an )?https(?: URL)?\b.{0,40}issuer|authority must use https/i,
      /[Ii]nsecure (?:HTTP )?(?:issuer|discovery|authority)|(?:HTTP|http) is not allowed .{0,40}(?:issuer|authority|metadata)/,
    ],
    culprit: ({ url }) => url,
    explain: (_, url) => ({
      what: `The program refuses plain http${url ? ` (${url})` : ''}.`,
      why: 'Its default is for production, where an issuer has https. A local Keycloak has http.',
      fix: 'Allow http for development in the settings of the program.\nOr give Keycloak a certificate: kc.sh start-dev --https-certificate-file=<file> --https-certificate-key-file=<file>',
    }),
    link: LINKS.hostname,
  },
  {
    id: 'port-in-use',
    topic: 'machine',
    cause: 'port-taken',
    example: 'Error: listen EADDRINUSE: address already in use 127.0.0.1:6274',
    text: [
      /EADDRINUSE(?:: address already in use)? ?(?<address>[\w.:*[\]]+)?/,
      /PORT IS IN USE/,
      /listen tcp (?<address>[\w.:[\]]+): bind: address already in use/,
      /(?<!bind failed: )[Aa]ddress already in use|Errno (?:48|98|10048)\b|Only one usage of each socket address/,
      /Bind for (?<address>[\d.:]+) failed: port is already allocated|^port is already allocated\.?$/,
      /Port\(?s?\)? already bound: (?<address>\d+)(?!\d)(?!: Permission)/,
      /[Pp]ort (?<address>\d+) (?:is )?(?:already )?(?:in use|taken|occupied|allocated)/,
      /[Ww]eb server failed to start\. Port (?<address>\d+) was already in use/,
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
    id: 'port-not-permitted',
    topic: 'machine',
    cause: 'port-taken',
    example: 'Port(s) already bound: 80: Permission denied',
    text: [
      /already bound: (?<port>\d+): Permission denied/,
      /forbidden by its access permissions|WinError 10013/,
      /(?:EACCES|bind)\S{0,3} (?:permission denied )?(?<address>[\d.]+:\d{1,3})(?!\d)/,
    ],
    culprit: ({ port, address }) => port ?? address,
    explain: (_, port) => ({
      what: `The program may not listen on port ${port ?? 'below 1024'}.`,
      why: 'Ports below 1024 need special rights.',
      fix: `Use a port above 1023 in the program or in the container, and map the low port to it.\nFor Keycloak: ${command('up', { port: 8081 })}`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'http-server-failed',
    topic: 'machine',
    cause: 'port-taken',
    example: 'java.lang.RuntimeException: Unable to start HTTP server',
    text: [/Unable to start (?:the )?(?:HTTP server|management interface)/],
    vague: 'any',
    explain: () => ({
      what: 'Keycloak could not open one of its ports.',
      why: 'Another process has the port for http (8080), https (8443) or management (9000). The lines below may name it.',
      fix: `${command('doctor')} (names the processes on these ports)`,
    }),
    link: LINKS.mcpGuide,
  },
]
