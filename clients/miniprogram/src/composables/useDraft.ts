import { reactive, watch } from 'vue'

/** A form that survives leaving the page; `clear` when it was sent. */
export function useDraft<T extends object>(name: () => string, initial: T) {
  const form = reactive({ ...initial }) as T
  let isOpen = false

  /** Take up what was typed before. Call it when the name is known. */
  function resume(): void {
    Object.assign(form, uni.getStorageSync(name()) || {})
    isOpen = true
  }

  function clear(): void {
    isOpen = false
    uni.removeStorageSync(name())
  }

  watch(form, (current) => isOpen && uni.setStorageSync(name(), { ...current }), { deep: true })
  return { form, resume, clear }
}
