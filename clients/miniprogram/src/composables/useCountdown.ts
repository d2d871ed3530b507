import { onUnmounted, ref } from 'vue'

/** Seconds that run down to nothing, as before another code may be sent. */
export function useCountdown() {
  const seconds = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  function start(from: number): void {
    stop()
    const end = Date.now() + from * 1000
    const tick = () => {
      seconds.value = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      if (!seconds.value) stop()
    }
    timer = setInterval(tick, 500)
    tick()
  }

  onUnmounted(stop)
  return { seconds, start }
}
