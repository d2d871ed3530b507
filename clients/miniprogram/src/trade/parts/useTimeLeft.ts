import { onUnmounted, ref } from 'vue'
import { remainingText } from '@shared/dates'

/** Time left until an instant, told every second; `over` when none is. */
export function useTimeLeft(until: () => string | null | undefined) {
  const left = ref('')
  const isOver = ref(false)

  function tick(): void {
    const instant = until()
    left.value = instant ? remainingText(instant) : ''
    isOver.value = Boolean(instant) && Date.parse(instant!) <= Date.now()
  }

  const timer = setInterval(tick, 1000)
  onUnmounted(() => clearInterval(timer))
  return { left, isOver, tick }
}
