import { computed, ref, shallowRef } from 'vue'
import { asApiError, type ApiError } from '@shared/client'

export interface PageOf<T> {
  items: T[]
  next_cursor?: string | null
}

export type Fetch<T, P extends PageOf<T>> = (cursor: string | undefined) => Promise<P>

/**
 * A list that grows page by page. Answers that come after a newer question was asked are dropped.
 * `first` is the first page's whole answer, with what it says besides the items.
 */
export function usePaged<T, P extends PageOf<T> = PageOf<T>>(fetch: Fetch<T, P>) {
  const items = shallowRef<T[]>([])
  const first = shallowRef<P | null>(null)
  const cursor = ref<string | null>(null)
  const isLoading = ref(false)
  const failure = shallowRef<ApiError | null>(null)
  let turn = 0

  const isLoaded = computed(() => first.value !== null)
  const isEmpty = computed(() => isLoaded.value && !items.value.length && !failure.value)
  const isEnd = computed(() => isLoaded.value && !cursor.value && items.value.length > 0)

  async function run(from: string | undefined): Promise<void> {
    const mine = ++turn
    isLoading.value = true
    failure.value = null
    try {
      const page = await fetch(from)
      if (mine !== turn) return
      items.value = from ? [...items.value, ...page.items] : page.items
      if (!from) first.value = page
      cursor.value = page.next_cursor ?? null
    } catch (error) {
      if (mine === turn) failure.value = asApiError(error)
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  /** From the beginning; what is shown stays until the new page is there. */
  const refresh = () => run(undefined)

  /** From the beginning, forgetting what was shown: the question is another. */
  function restart(): Promise<void> {
    items.value = []
    first.value = null
    return run(undefined)
  }

  /** The next page, if there is one and none is on its way. */
  async function more(): Promise<void> {
    if (!isLoading.value && !failure.value && cursor.value) await run(cursor.value)
  }

  /** Once more what failed. */
  const retry = () => run(isLoaded.value && items.value.length ? (cursor.value ?? undefined) : undefined)

  return { items, first, isLoading, isLoaded, isEmpty, isEnd, failure, refresh, restart, more, retry }
}

export type Paged<T, P extends PageOf<T> = PageOf<T>> = ReturnType<typeof usePaged<T, P>>
