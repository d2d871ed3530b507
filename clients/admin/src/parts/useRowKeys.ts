/** Moving through a list by keyboard: arrows move, Enter opens, `/` looks for something. */
import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue'

export interface RowKeys {
  move: (by: number) => void
  open: () => void
  /** False when there is nothing to type into. */
  find: () => boolean
}

export function useRowKeys(keys: RowKeys): void {
  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isBusy(event)) return
    if (event.key === 'ArrowDown') keys.move(1)
    else if (event.key === 'ArrowUp') keys.move(-1)
    else if (event.key === 'Enter' && event.target === document.body) keys.open()
    else if (event.key !== '/' || !keys.find()) return
    event.preventDefault()
  }
  const listen = () => document.addEventListener('keydown', pressed)
  const rest = () => document.removeEventListener('keydown', pressed)
  onMounted(listen)
  onActivated(listen)
  onDeactivated(rest)
  onBeforeUnmount(rest)
}

/** Whether the key belongs to something else: a field, a menu, or a dialog above the page. */
export function isBusy(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement
  if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="dialog"]')) return true
  return [...document.querySelectorAll<HTMLElement>('.el-overlay')].some((one) => one.style.display !== 'none')
}
