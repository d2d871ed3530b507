import { ref, shallowRef } from 'vue'
import { api, asApiError } from '@/api'
import { choosePictures, upload, type Picture } from '@/platform'
import { useSession } from '@/stores/session'
import { tell } from './feedback'

const chosen = shallowRef<Picture | null>(null)
const isSending = ref(false)
const failure = ref('')

/**
 * The picture of the company's business licence. Chosen while registering, it waits on the device for the session it
 * is sent with; an application is complete without it.
 */
export function useLicence() {
  const session = useSession()

  /** Choose a picture; whether the person did. */
  async function choose(): Promise<boolean> {
    try {
      const [picture] = await choosePictures(1, 'licence')
      if (picture) chosen.value = picture
      return Boolean(picture)
    } catch (error) {
      tell(asApiError(error))
      return false
    }
  }

  /** Send what was chosen and attach it to the application; what goes wrong is told in `failure`. */
  async function send(): Promise<void> {
    if (!chosen.value || isSending.value) return
    isSending.value = true
    failure.value = ''
    try {
      const licence_key = await upload(chosen.value, 'licence')
      const { version } = await api.get('/me/company')
      await api.put('/me/company', { body: { version, licence_key } })
      await session.load()
      chosen.value = null
    } catch (error) {
      failure.value = asApiError(error).message
    } finally {
      isSending.value = false
    }
  }

  return { chosen, isSending, failure, choose, send }
}
