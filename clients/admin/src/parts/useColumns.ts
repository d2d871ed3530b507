/** Which columns somebody wants to see, remembered for them on this device. */
import { computed, ref } from 'vue'
import { me } from '@/session'
import type { Column } from './declare'

export function useColumns<Row>(name: string, columns: () => Column<Row>[]) {
  const place = `console.columns.${me.value?.user_id}.${name}`
  const usual = () => columns().filter((one) => !one.optional).map((one) => one.key)
  const chosen = ref<string[]>(remembered() ?? usual())

  function remembered(): string[] | null {
    const text = localStorage.getItem(place)
    return text ? (JSON.parse(text) as string[]) : null
  }

  function choose(keys: string[]): void {
    chosen.value = keys.length ? keys : usual()
    localStorage.setItem(place, JSON.stringify(chosen.value))
  }

  function forget(): void {
    localStorage.removeItem(place)
    chosen.value = usual()
  }

  return { shown: computed(() => columns().filter((one) => chosen.value.includes(one.key))), chosen, choose, forget }
}
