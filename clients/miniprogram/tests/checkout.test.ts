import { beforeEach, expect, it, vi } from 'vitest'
import { checkOut, draft } from '@/composables/checkout'

const kept = new Map<string, unknown>()

beforeEach(() => {
  kept.clear()
  vi.stubGlobal('uni', {
    getStorageSync: (name: string) => kept.get(name) ?? '',
    setStorageSync: (name: string, value: unknown) => kept.set(name, value),
    removeStorageSync: (name: string) => kept.delete(name),
    navigateTo: ({ complete }: { complete: () => void }) => complete(),
  })
})

const TEA = [{ sku_id: 'tea', quantity: 6 }]

it('leads to one order however often the same lines go to the checkout before there is one', () => {
  checkOut(TEA, true)
  const first = draft.read()!.key
  checkOut([...TEA], true)
  expect(draft.read()!.key).toBe(first)
})

it('leads to another order for other lines, and after the first was placed', () => {
  checkOut(TEA, true)
  const first = draft.read()!.key
  checkOut([{ sku_id: 'tea', quantity: 12 }], true)
  const second = draft.read()!.key
  draft.clear()
  checkOut([{ sku_id: 'tea', quantity: 12 }], true)
  expect(new Set([first, second, draft.read()!.key]).size).toBe(3)
})
