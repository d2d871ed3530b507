/** Names for codes, asked for once per session. */
import { computed, ref, type Ref } from 'vue'
import { api } from '@/api/client'
import { me } from '@/session'
import type { Choice, Choices } from './declare'

function remembered(load: () => Promise<Choice[]>): (() => Promise<Choice[]>) & { forget: () => void } {
  let found: Promise<Choice[]> | null = null
  let owner = ''
  const choices = () => {
    const asking = me.value?.user_id ?? ''
    if (!found || owner !== asking) {
      owner = asking
      found = load().catch((failure) => {
        found = null
        throw failure
      })
    }
    return found
  }
  return Object.assign(choices, { forget: () => (found = null) })
}

/** Tiers, the lowest first. */
export const tiers = remembered(async () => {
  const { items } = await api.get('/admin/tiers')
  return items.map((tier) => ({ value: tier.code, label: tier.name }))
})

/** Colleagues; who left is still known by name, but cannot be chosen any more. */
export const staff = remembered(async () => {
  const { items } = await api.get('/admin/staff/names')
  return items.map((one) => ({ value: one.user_id, label: one.name, disabled: !one.active }))
})

/** Choices that may still be on their way, and the label of each value. */
export function useChoices(choices: Choices | undefined): { list: Ref<Choice[]>; labelOf: (value: string) => string } {
  const list = ref<Choice[]>(Array.isArray(choices) ? choices : [])
  if (typeof choices === 'function') void choices().then((found) => (list.value = found))
  const labels = computed(() => new Map(list.value.map((one) => [one.value, one.label])))
  return { list, labelOf: (value) => labels.value.get(value) ?? value }
}
