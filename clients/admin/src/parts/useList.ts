/** A list whose filters and place live in the address, so that Back and a copied link show the same rows. */
import { computed, onActivated, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { asApiError, type ApiError } from '@shared/errors'
import type { Filter, Load } from './declare'

const OWN = new Set(['cursor', 'limit'])

export function useList<Row>(load: Load<Row>, filters: Filter[], pageSize: number) {
  const route = useRoute()
  const router = useRouter()
  const path = route.matched[1]?.path ?? route.path // of the list, also under a drawer
  const isHere = () => (route.matched[1]?.path ?? route.path) === path

  const query = shallowRef(read())
  const rows = shallowRef<Row[]>([])
  const next = ref<string | null>(null)
  const trail = ref<string[]>(trailOf())
  const loading = ref(true)
  const failure = shallowRef<ApiError | null>(null)
  let turn = 0
  let isFirst = true

  /** What the API is asked for: what was chosen, and what holds otherwise. */
  const asked = computed(() => {
    const chosen = Object.fromEntries(filters.map((one) => [one.key, query.value[one.key] ?? one.initial]))
    return query.value.sort ? { ...chosen, sort: query.value.sort } : chosen
  })

  function read(): Record<string, string | undefined> {
    return Object.fromEntries(Object.entries(route.query).map(([key, value]) => [key, value ? String(value) : undefined]))
  }

  function trailOf(): string[] {
    return (history.state as { trail?: string[] } | null)?.trail ?? []
  }

  async function reload(): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const page = await load(asked.value, { limit: pageSize, cursor: query.value.cursor })
      if (mine !== turn) return
      rows.value = page.items
      next.value = page.next_cursor ?? null
      failure.value = null
    } catch (reason) {
      if (mine === turn) failure.value = asApiError(reason)
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  function go(changed: Record<string, string | undefined>, newTrail: string[] = []): void {
    const merged = { ...query.value, cursor: undefined, ...changed }
    const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value))
    void router.push({ path, query: kept, state: { trail: newTrail } })
  }

  watch(
    () => route.fullPath,
    () => {
      if (!isHere()) return
      const now = read()
      if (JSON.stringify(now) === JSON.stringify(query.value)) return
      query.value = now
      trail.value = trailOf()
      void reload()
    },
  )
  onMounted(reload)
  onActivated(() => {
    if (!isFirst) void reload() // shows what was done on other pages meanwhile
    isFirst = false
  })
  onBeforeUnmount(() => turn++)

  return {
    rows,
    loading,
    failure,
    query,
    asked,
    reload,
    choose: (key: string, value: string | undefined) => go({ [key]: value || undefined }),
    chooseAll: (values: Record<string, string | undefined>) => go(values),
    clear: () => void router.push({ path, query: {} }),
    sortBy: (sort: string | undefined) => go({ sort }),
    pageNumber: computed(() => trail.value.length + 1),
    hasNext: computed(() => next.value !== null),
    hasPrevious: computed(() => Boolean(query.value.cursor)),
    goNext: () => next.value && go({ cursor: next.value }, [...trail.value, query.value.cursor ?? '']),
    goPrevious: () => go({ cursor: trail.value.at(-1) || undefined }, trail.value.slice(0, -1)),
    isFiltered: computed(() => Object.keys(query.value).some((key) => !OWN.has(key) && query.value[key])),
    path,
  }
}
