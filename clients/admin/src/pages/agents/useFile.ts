/** All about one company, loaded and renewed. */
import { shallowRef } from 'vue'
import { api, type ApiError, type Schemas } from '@/api/client'
import { asApiError } from '@shared/errors'

export type CompanyFile = Schemas['AgentsCompanyFile']
export type Company = Schemas['AgentsCompany']

export function useFile(path: '/admin/agents/{agent_id}' | '/admin/applications/{agent_id}', agentId: string) {
  const file = shallowRef<CompanyFile | null>(null)
  const failure = shallowRef<ApiError | null>(null)

  async function load(): Promise<CompanyFile | null> {
    failure.value = null
    try {
      file.value = await api.get(path, { path: { agent_id: agentId } })
    } catch (reason) {
      failure.value = asApiError(reason)
    }
    return file.value
  }
  void load()
  return { file, failure, load }
}
