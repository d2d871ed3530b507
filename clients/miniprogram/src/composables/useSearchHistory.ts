import { ref } from 'vue'

const KEPT_AS = 'searches'
const MOST = 12

/** What was searched for on this device, newest first. */
export function useSearchHistory() {
  const words = ref<string[]>(uni.getStorageSync(KEPT_AS) || [])

  function keep(next: string[]): void {
    words.value = next
    uni.setStorageSync(KEPT_AS, next)
  }

  const remember = (word: string) => keep([word, ...words.value.filter((other) => other !== word)].slice(0, MOST))
  const forget = (word: string) => keep(words.value.filter((other) => other !== word))
  const clear = () => keep([])
  return { words, remember, forget, clear }
}
