/** Rows somebody ticked, remembered by id, so that they stay ticked when the list is loaded anew. */
import { computed, shallowRef, type Ref } from 'vue'

export function useSelection<Row>(rows: Ref<Row[]>, idOf: (row: Row) => string) {
  const ids = shallowRef<ReadonlySet<string>>(new Set())
  const selected = computed(() => rows.value.filter((row) => ids.value.has(idOf(row))))

  function select(those: Row[]): void {
    ids.value = new Set(those.map(idOf))
  }

  function toggle(row: Row): void {
    select(selected.value.includes(row) ? selected.value.filter((one) => one !== row) : [...selected.value, row])
  }

  return { selected, select, toggle, isSelected: (row: Row) => ids.value.has(idOf(row)) }
}
