/** Light or dark, remembered on this device. */
import { ref, watchEffect } from 'vue'

const STORED = 'console.dark'

export const isDark = ref(localStorage.getItem(STORED) === 'yes')
watchEffect(() => {
  document.documentElement.classList.toggle('dark', isDark.value)
  localStorage.setItem(STORED, isDark.value ? 'yes' : 'no')
})
