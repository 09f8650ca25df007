import { projectName } from '../../../src/config/docker-names.ts'
import { dataFolderOf } from '../../../src/config/folders.ts'
import { knownOwner } from '../../../src/runtime/state/owner.ts'
import type { TestInstance } from './instance.ts'

/** The Compose project of an instance that was started in Docker. */
export async function composeProject({
  name,
  folder,
}: Pick<TestInstance, 'name' | 'folder'>): Promise<string> {
  const owner = await knownOwner(dataFolderOf(folder))
  if (owner === undefined) throw new Error(`the data folder of ${name} has nothing in Docker`)
  return projectName(name, owner)
}
