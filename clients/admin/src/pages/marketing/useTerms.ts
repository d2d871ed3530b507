/** Price lists, promotions: one of them, loaded, and taken from state to state. */
import { computed, ref, shallowRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { ApiError } from '@/api/client'
import { confirmDanger, done } from '@/parts/say'
import { asApiError } from '@shared/errors'
import { STEPS, actionFor, stepsFrom, type Wanted } from './terms'

interface Terms { id: string; version: number; state: string; terms: { name: string } }

export interface Ways<T> {
  /** Where the page is, such as `/promotions`. */
  at: string
  read: (id: string) => Promise<T>
  move: (id: string, version: number, state: Wanted) => Promise<T>
}

export function useTerms<T extends Terms>({ at, read, move }: Ways<T>) {
  const router = useRouter()
  const given = String(useRoute().params.id ?? '')
  const id = ref(given)
  const found = shallowRef<T | null>(null)
  const failure = shallowRef<ApiError | null>(null)
  const steps = computed(() => (found.value ? stepsFrom(found.value.state) : []))

  async function load(): Promise<void> {
    if (!id.value) return
    failure.value = null
    try {
      found.value = await read(id.value)
    } catch (reason) {
      failure.value = asApiError(reason)
    }
  }
  void load()

  async function saved(result: T): Promise<void> {
    done(id.value ? '已保存' : '已保存为草稿，检查后再发布')
    found.value = result
    if (id.value) return
    id.value = result.id
    await router.replace(`${at}/${result.id}`)
  }

  async function step(wanted: Wanted): Promise<void> {
    const { terms, version, state } = found.value!
    const action = actionFor(wanted, state)
    const sure = await confirmDanger({ title: `${action}「${terms.name}」？`, text: STEPS[wanted].text, action })
    if (sure === null) return
    found.value = await move(id.value, version, wanted)
    done(`已${action}`)
  }

  return { id, found, failure, steps, load, saved, step }
}
