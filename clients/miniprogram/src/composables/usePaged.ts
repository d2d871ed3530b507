import { computed, ref, shallowRef } from 'vue'
import { asApiError, type ApiError } from '@shared/client'
import { againAfterSignIn } from './signIns'

export interface PageOf<T> {
  items: T[]
  next_cursor?: string | null
}

/** What of a list is asked for; without a limit, as much as the server sees fit. */
export interface Part {
  cursor?: string
  limit?: number
}

export type Fetch<T, P extends PageOf<T>> = (part: Part) => Promise<P>

/** How much the server gives unasked, and at most. */
const USUAL = 20
const MOST = 100

const limitFor = (length: number) => (length > USUAL ? Math.min(length, MOST) : undefined)

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
  let retry: () => Promise<unknown> = () => Promise.resolve()
  /** Whether somebody reached the end while the list was asked for anew: pages hear of it only once. */
  let isWanted = false

  const isLoaded = computed(() => first.value !== null)
  const isEmpty = computed(() => isLoaded.value && !items.value.length && !failure.value)
  const isEnd = computed(() => isLoaded.value && !cursor.value && items.value.length > 0)

  /** Ask, and let `take` keep the answer unless another question was asked meanwhile. */
  async function ask<A>(question: () => Promise<A>, take: (answer: A) => void): Promise<void> {
    const mine = ++turn
    retry = () => ask(question, take)
    isLoading.value = true
    failure.value = null
    try {
      const answer = await question()
      if (mine === turn) take(answer)
    } catch (error) {
      if (mine === turn) failure.value = asApiError(error)
    } finally {
      if (mine === turn) isLoading.value = false
    }
  }

  /** The list from its beginning, at least as long as it was: whoever comes back to it finds their place. */
  async function again(): Promise<[first: P, all: T[], next: string | null]> {
    const { length } = items.value
    const start = await fetch({ limit: limitFor(length) })
    const all = [...start.items]
    let next = start.next_cursor ?? null
    while (next && all.length < length) {
      const page = await fetch({ cursor: next, limit: limitFor(length - all.length) })
      all.push(...page.items)
      next = page.next_cursor ?? null
    }
    return [start, all, next]
  }

  /** From the beginning; what is shown stays until the new is there. Gives why it could not be had. */
  async function refresh(): Promise<ApiError | null> {
    isWanted = false
    await ask(again, ([start, all, next]) => {
      first.value = start
      items.value = all
      cursor.value = next
    })
    if (isWanted) void more()
    return isLoaded.value ? failure.value : null
  }

  /** From the beginning, forgetting what was shown: the question is another. */
  function restart(): Promise<unknown> {
    items.value = []
    first.value = null
    return refresh()
  }

  const grow = () =>
    ask(
      () => fetch({ cursor: cursor.value ?? undefined }),
      (page) => {
        items.value = [...items.value, ...page.items]
        cursor.value = page.next_cursor ?? null
      },
    )

  /** The next page, if there is one and none is on its way. */
  async function more(): Promise<void> {
    if (isLoading.value) isWanted = true
    else if (!failure.value && cursor.value) await grow()
  }

  againAfterSignIn(failure, () => retry())
  return {
    items,
    first,
    isLoading,
    isLoaded,
    isEmpty,
    isEnd,
    failure,
    refresh,
    restart,
    more,
    /** Once more what failed. */
    retry: () => retry(),
  }
}

export type Paged<T, P extends PageOf<T> = PageOf<T>> = ReturnType<typeof usePaged<T, P>>
