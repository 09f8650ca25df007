import type { LookupAddress, lookup } from 'node:dns'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'

/** The pinned addresses of hosts. A name must not point elsewhere between two requests (DNS rebinding). */
interface PinnedAddresses {
  readonly lookup: LookupFunction
  /** Keeps the first address that a connection reached. Node would try the others when that one refuses later. */
  reached(hostname: string, address: string | undefined): void
}

/**
 * Pins the addresses of each host at its first lookup. They are all of the kind of the first address (loopback,
 * private or public), so a public name never leads to this machine. A name that is loopback at once is allowed.
 */
export function pinnedAddresses(resolve: typeof lookup): PinnedAddresses {
  const known = new Map<string, readonly LookupAddress[]>()
  const connected = new Set<string>()
  return {
    lookup(hostname, options, callback) {
      const answer = (addresses: readonly LookupAddress[]) => {
        if (options.all) return callback(null, [...addresses])
        callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
      }
      const pinned = known.get(hostname)
      if (pinned) return answer(pinned)
      resolve(hostname, { all: true }, (error, addresses) => {
        if (error) return callback(error, '')
        if (!known.has(hostname)) known.set(hostname, ofOneKind(addresses))
        answer(known.get(hostname) ?? [])
      })
    },
    reached(hostname, address) {
      if (address === undefined || connected.has(hostname)) return
      connected.add(hostname)
      known.set(hostname, [{ address, family: isIPv6(address) ? 6 : 4 }])
    },
  }
}

const LOOPBACK = blockList('127.0.0.0/8', '0.0.0.0/8', '::/127')

const PRIVATE = blockList(
  ...['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ...['fc00::/7', 'fe80::/10'],
)

function blockList(...subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', prefix] = subnet.split('/')
    list.addSubnet(net, Number(prefix), familyName(net))
  }
  return list
}

function ofOneKind(addresses: readonly LookupAddress[]): readonly LookupAddress[] {
  const [first] = addresses
  return addresses.filter(({ address }) => kindOf(address) === kindOf(first?.address ?? ''))
}

function kindOf(address: string): 'loopback' | 'private' | 'public' {
  const family = familyName(address)
  if (LOOPBACK.check(address, family)) return 'loopback'
  return PRIVATE.check(address, family) ? 'private' : 'public'
}

function familyName(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}
