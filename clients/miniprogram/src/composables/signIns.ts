import { ref, watch } from 'vue'
import type { ApiError } from '@shared/client'

/** How often somebody signed in since the client was opened. */
export const signIns = ref(0)

/** Ask again for what was refused for want of a session, as soon as there is one. */
export function againAfterSignIn(failure: { value: ApiError | null }, again: () => unknown): void {
  watch(signIns, () => failure.value?.status === 401 && again())
}
