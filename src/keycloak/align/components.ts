import type ComponentRepresentation from '@keycloak/keycloak-admin-client/lib/defs/componentRepresentation.js'

import { type Alignment, alignList, inner, type Thing, text, things, without, withRemovals } from './list.ts'

/** The component type under which a realm keeps its keys. */
const KEY_PROVIDER = 'org.keycloak.keys.KeyProvider'

/** Prefix of the keys that Keycloak generates when an algorithm is first used. */
const GENERATED_ON_DEMAND = /^fallback-/

/** Aligns the realm's components, except its keys. */
export async function alignComponents(at: Alignment, wanted: Thing, actual: Thing): Promise<void> {
  const [goal, there] = [inner(wanted, 'components'), inner(actual, 'components')]
  for (const type of new Set([...Object.keys(goal), ...Object.keys(there)]))
    if (type !== KEY_PROVIDER) await alignType(at, type, goal[type], there[type], {})
}

async function alignType(
  at: Alignment,
  providerType: string,
  wanted: unknown,
  actual: unknown,
  parent: { readonly parentId?: string },
): Promise<void> {
  const { components } = at.admin
  const { realm } = at
  const bare = (component: Thing) => without(at.settings(component), 'subComponents')
  const below = async (component: Thing, there: Thing, parentId: string) => {
    const [goal, before] = [inner(component, 'subComponents'), inner(there, 'subComponents')]
    for (const type of new Set([...Object.keys(goal), ...Object.keys(before)]))
      await alignType(at, type, goal[type], before[type], { parentId })
  }
  await alignList(at, {
    wanted,
    actual,
    key: (component) => `${component.providerId} ${component.subType ?? ''}`,
    async create(component) {
      const { id } = await components.create({ realm, ...bare(component), providerType, ...parent })
      await below(component, {}, id)
    },
    remove: (there) => components.del({ realm, id: text(there, 'id') }),
    async update(component, there) {
      const id = text(there, 'id')
      if (!at.isSame(bare(component), bare(there))) {
        const config = withRemovals(inner(component, 'config'), inner(there, 'config'))
        await components.update({ realm, id }, {
          ...bare(component),
          id,
          providerType,
          ...parent,
          config,
        } as ComponentRepresentation)
      }
      await below(component, there, id)
    },
  })
}

/**
 * Aligns a realm's keys. A key that exists under its name stays unchanged, unless all keys are replaced. Keys that
 * Keycloak generates on demand also stay unchanged.
 *
 * @param replace the realm does not sign with the wanted key
 */
export async function alignKeys(
  { admin, realm }: Pick<Alignment, 'admin' | 'realm'>,
  wanted: unknown,
  replace: boolean,
): Promise<void> {
  const found = await admin.components.find({ realm, type: KEY_PROVIDER })
  const there = new Map(found.map((component) => [component.name ?? '', component]))
  const goal = things(wanted)
  for (const key of goal) {
    const before = there.get(text(key, 'name'))
    const hasPrivateKey = 'privateKey' in inner(key, 'config')
    const component = {
      ...without(key, 'subComponents'),
      providerType: KEY_PROVIDER,
    } as ComponentRepresentation
    if (before?.id === undefined) await admin.components.create({ realm, ...component })
    else if (replace && hasPrivateKey) {
      // Another private key under the same id would keep the certificate of the previous one.
      await admin.components.create({ realm, ...component })
      await admin.components.del({ realm, id: before.id })
    } else if (isSwitchedOff(before))
      await admin.components.update({ realm, id: before.id }, withoutMarks(before))
  }
  const kept = new Set(goal.map((key) => text(key, 'name')))
  for (const { id = '', name = '' } of found)
    if (!kept.has(name) && !GENERATED_ON_DEMAND.test(name)) await admin.components.del({ realm, id })
}

function isSwitchedOff({ config }: ComponentRepresentation): boolean {
  const { enabled, active } = (config ?? {}) as Readonly<Record<string, readonly string[]>>
  return enabled?.[0] === 'false' || active?.[0] === 'false'
}

function withoutMarks(component: ComponentRepresentation): ComponentRepresentation {
  return { ...component, config: { ...component.config, enabled: ['true'], active: ['true'] } }
}
