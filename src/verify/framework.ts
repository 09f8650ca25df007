import { SERVER_PROFILES } from '../servers/all.ts'
import type { ServerProfile } from '../servers/server-profile.ts'
import type { Walk } from './walk.ts'

/** Tells from its refusals what a server is made with; `undefined` when nothing does. */
export async function recogniseFramework(walk: Walk): Promise<ServerProfile | undefined> {
  const { response, text: refusal } = await walk.endpoint.initialize('garbage')
  const { kind } = await walk.authorizationServer()
  const signs = { headers: response.headers, refusal, isAuthorizationServer: kind === 'own' }
  return SERVER_PROFILES.find((profile) => profile.shows?.(signs))
}
