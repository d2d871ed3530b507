import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { signIns } from '@/composables/signIns'
import { useLoad } from '@/composables/useLoad'
import { usePaged, type PageOf, type Part } from '@/composables/usePaged'
import { ApiError, offline } from '@shared/client'

type Page = PageOf<number>

function deferred() {
  const waiting: { resolve: (page: Page) => void; reject: (failure: ApiError) => void; cursor: string | undefined }[] = []
  const fetch = ({ cursor }: Part) => new Promise<Page>((resolve, reject) => waiting.push({ resolve, reject, cursor }))
  return { waiting, fetch }
}

it('grows to its end', async () => {
  const pages: Record<string, Page> = { '': { items: [1, 2], next_cursor: 'b' }, b: { items: [3], next_cursor: null } }
  const list = usePaged<number>(async ({ cursor }) => pages[cursor ?? ''])
  await list.restart()
  await list.more()
  await list.more()
  expect([list.items.value, list.isEnd.value]).toEqual([[1, 2, 3], true])
})

it('is as long as it was when asked anew, with few questions', async () => {
  let numbers = Array.from({ length: 250 }, (_, n) => n)
  const asked: Part[] = []
  const list = usePaged<number>(async (part) => {
    asked.push(part)
    const start = Number(part.cursor ?? 0)
    const end = start + (part.limit ?? 20)
    return { items: numbers.slice(start, end), next_cursor: end < numbers.length ? String(end) : null }
  })
  await list.restart()
  for (let page = 0; page < 6; page += 1) await list.more()
  expect(list.items.value).toHaveLength(140)
  asked.length = 0
  numbers = [-1, ...numbers]
  await list.refresh()
  expect(list.items.value).toEqual(numbers.slice(0, 140))
  expect(asked).toEqual([{ limit: 100 }, { cursor: '100', limit: 40 }])
  await list.more()
  expect(list.items.value).toEqual(numbers.slice(0, 160))
})

it('drops an answer that comes too late', async () => {
  const { waiting, fetch } = deferred()
  const list = usePaged<number>(fetch)
  const first = list.restart()
  const second = list.restart()
  waiting[1].resolve({ items: [2] })
  waiting[0].resolve({ items: [1] })
  await Promise.all([first, second])
  expect(list.items.value).toEqual([2])
})

it('asks once for the next page', async () => {
  const { waiting, fetch } = deferred()
  const list = usePaged<number>(fetch)
  const start = list.restart()
  void list.more()
  waiting[0].resolve({ items: [1], next_cursor: 'b' })
  await start
  void list.more()
  void list.more()
  expect(waiting.map(({ cursor }) => cursor)).toEqual([undefined, 'b'])
})

it('grows after it was asked anew when somebody reached its end meanwhile', async () => {
  const pages: Record<string, Page> = { '': { items: [1], next_cursor: 'b' }, b: { items: [2], next_cursor: null } }
  const list = usePaged<number>(async ({ cursor }) => pages[cursor ?? ''])
  await list.restart()
  const again = list.refresh()
  void list.more()
  await again
  await vi.waitFor(() => expect(list.items.value).toEqual([1, 2]))
})

it('retries where it failed and keeps what it has', async () => {
  let fails = false
  const asked: (string | undefined)[] = []
  const list = usePaged<number>(async ({ cursor }) => {
    asked.push(cursor)
    if (fails) throw offline()
    return { items: [cursor ? 2 : 1], next_cursor: cursor ? null : 'b' }
  })
  await list.restart()
  fails = true
  await list.more()
  expect([list.items.value, list.failure.value?.code]).toEqual([[1], 'Offline'])
  await list.more() // not by itself
  fails = false
  await list.retry()
  expect([list.items.value, asked]).toEqual([[1, 2], [undefined, 'b', 'b']])
})

it('is empty only after an answer', async () => {
  const list = usePaged<number>(async () => ({ items: [] }))
  expect(list.isEmpty.value).toBe(false)
  await list.restart()
  expect(list.isEmpty.value).toBe(true)
})

it('asks again once somebody signed in, but only for what was refused for that', async () => {
  const refused = () => new ApiError(401, { code: 'Unauthenticated' })
  const failures: Record<string, () => ApiError> = { list: refused, one: refused, broken: offline }
  const asked: string[] = []
  const ask = async (name: string) => {
    asked.push(name)
    throw failures[name]()
  }
  const kept = [usePaged<number>(() => ask('list')).restart(), useLoad(() => ask('one')).load(), useLoad(() => ask('broken')).load()]
  await Promise.all(kept)
  signIns.value += 1
  await nextTick()
  expect(asked).toEqual(['list', 'one', 'broken', 'list', 'one'])
})

it('gives a failure that nobody would see: of what is shown already', async () => {
  let answer = () => Promise.reject<Page>(offline())
  const list = usePaged<number>(() => answer())
  const one = useLoad(() => answer())
  expect([await list.refresh(), await one.load()]).toEqual([null, null])
  answer = () => Promise.resolve({ items: [1] })
  expect([await list.refresh(), await one.load()]).toEqual([null, null])
  answer = () => Promise.reject<Page>(offline())
  expect([(await list.refresh())?.code, (await one.load())?.code]).toEqual(['Offline', 'Offline'])
  expect([list.items.value, one.data.value]).toEqual([[1], { items: [1] }])
})

it('shows at once what was kept under a name, until it is gone', async () => {
  const kept: Record<string, unknown> = {}
  vi.stubGlobal('uni', {
    getStorageSync: (name: string) => kept[name] ?? '',
    setStorageSync: (name: string, value: unknown) => (kept[name] = value),
    removeStorageSync: (name: string) => delete kept[name],
  })
  await useLoad(async () => ({ unread: 2 }), 'inbox').load()
  await nextTick()
  const again = useLoad(async () => ({ unread: 0 }), 'inbox')
  expect(again.data.value).toEqual({ unread: 2 })
  again.data.value = null
  await nextTick()
  expect(useLoad(async () => ({ unread: 0 }), 'inbox').data.value).toBeNull()
  vi.unstubAllGlobals()
})
