import { z } from 'zod'

const mapperSchema = z.looseObject({
  name: z.string(),
  protocolMapper: z.string().optional(),
  config: z.record(z.string(), z.string()).optional(),
})

const policySchema = z.looseObject({
  providerId: z.string(),
  subType: z.string().optional(),
  config: z.record(z.string(), z.array(z.string())).optional(),
})

const configurationSchema = z.record(z.string(), z.unknown()).optional()

const profileSchema = z.looseObject({
  executors: z.array(z.looseObject({ executor: z.string(), configuration: configurationSchema })).optional(),
})

const clientPolicySchema = z.looseObject({
  conditions: z
    .array(z.looseObject({ condition: z.string(), configuration: configurationSchema }))
    .optional(),
})

/**
 * The parts of a realm file that mcp-keycloak reads, in Keycloak's own format. All other fields pass through unchanged.
 *
 * @see {@link https://www.keycloak.org/docs-api/latest/rest-api/index.html#RealmRepresentation RealmRepresentation}
 */
export const realmSchema = z.looseObject({
  realm: z
    .string()
    .min(1)
    .regex(/^(?!\.{1,2}$)[^/\\]*$/, 'must not be a path') // mcp-keycloak names files after the realm
    .refine((name) => name !== 'master', "must not be Keycloak's own realm master"),
  roles: z
    .looseObject({
      realm: z.array(z.looseObject({ name: z.string() })).optional(),
      client: z.record(z.string(), z.array(z.looseObject({ name: z.string() }))).optional(),
    })
    .optional(),
  users: z
    .array(
      z.looseObject({
        username: z.string(),
        realmRoles: z.array(z.string()).optional(),
        clientRoles: z.record(z.string(), z.array(z.string())).optional(),
        credentials: z
          .array(z.looseObject({ type: z.string().optional(), value: z.string().optional() }))
          .optional(),
      }),
    )
    .optional(),
  clients: z
    .array(
      z.looseObject({
        clientId: z.string(),
        publicClient: z.boolean().optional(),
        redirectUris: z.array(z.string()).optional(),
        defaultClientScopes: z.array(z.string()).optional(),
        optionalClientScopes: z.array(z.string()).optional(),
        attributes: z.record(z.string(), z.string()).optional(),
      }),
    )
    .optional(),
  clientScopes: z
    .array(
      z.looseObject({
        name: z.string(),
        attributes: z.record(z.string(), z.string()).optional(),
        protocolMappers: z.array(mapperSchema).optional(),
      }),
    )
    .optional(),
  clientScopeMappings: z
    .record(
      z.string(),
      z.array(z.looseObject({ clientScope: z.string().optional(), roles: z.array(z.string()).optional() })),
    )
    .optional(),
  scopeMappings: z
    .array(z.looseObject({ clientScope: z.string().optional(), roles: z.array(z.string()).optional() }))
    .optional(),
  clientProfiles: z.looseObject({ profiles: z.array(profileSchema).optional() }).optional(),
  clientPolicies: z.looseObject({ policies: z.array(clientPolicySchema).optional() }).optional(),
  components: z.record(z.string(), z.array(policySchema.or(z.looseObject({})))).optional(),
})

/** A realm in Keycloak's own format. */
export type Realm = z.infer<typeof realmSchema>
export type RealmUser = NonNullable<Realm['users']>[number]
export type RealmClient = NonNullable<Realm['clients']>[number]
export type ClientScope = NonNullable<Realm['clientScopes']>[number]
export type ScopeMapping = NonNullable<Realm['clientScopeMappings']>[string][number]
export type ProtocolMapper = z.infer<typeof mapperSchema>
export type RegistrationPolicy = z.infer<typeof policySchema>

/** A pure change to a realm that depends on an option. */
export type RealmPatch = (realm: Realm) => Realm
