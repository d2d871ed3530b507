/** What was filled in and not saved is not lost without a question: on leaving the page, the dialog around it, or the window. */
import { inject, onBeforeUnmount, onMounted, provide, type InjectionKey } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { confirmDanger } from './say'

type MayLeave = () => Promise<boolean>
const AROUND: InjectionKey<Set<MayLeave>> = Symbol('what the dialog around it asks')

/** Whether it may be left: nothing is unsaved, or the person gives it up. */
export function useGuard(isDirty: () => boolean): MayLeave {
  async function mayLeave(): Promise<boolean> {
    if (!isDirty()) return true
    return (await confirmDanger({ title: '放弃未保存的修改？', text: '离开后，已填写的内容不会保留。', action: '放弃修改' })) !== null
  }

  const around = inject(AROUND, undefined)
  const warn = (event: BeforeUnloadEvent) => isDirty() && event.preventDefault()
  onMounted(() => {
    around?.add(mayLeave)
    window.addEventListener('beforeunload', warn)
  })
  onBeforeUnmount(() => {
    around?.delete(mayLeave)
    window.removeEventListener('beforeunload', warn)
  })
  onBeforeRouteLeave(mayLeave)
  return mayLeave
}

/** For what can be closed: whether all that is filled in within it may be left. */
export function useGuarded(): MayLeave {
  const within = new Set<MayLeave>()
  provide(AROUND, within)
  return async () => {
    for (const mayLeave of within) if (!(await mayLeave())) return false
    return true
  }
}
