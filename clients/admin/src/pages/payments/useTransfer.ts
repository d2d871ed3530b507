/** One transfer, found among those of its order, and the picture that came with it. */
import { ref, shallowRef } from 'vue'
import { api, type ApiError } from '@/api/client'
import { asApiError } from '@shared/errors'
import type { Payment } from './words'

export function useTransfer(paymentId: string) {
  const payment = shallowRef<Payment | null>(null)
  const failure = shallowRef<ApiError | null>(null)
  const voucher = ref('')
  const order_id = paymentId.slice(0, paymentId.lastIndexOf('-'))

  async function load(): Promise<void> {
    failure.value = null
    try {
      const { payments } = await api.get('/admin/orders/{order_id}/payments', { path: { order_id } })
      payment.value = payments.find((one) => one.payment_id === paymentId) ?? null
      if (payment.value?.voucher && !voucher.value) voucher.value = (await api.get('/admin/transfers/{payment_id}/voucher', { path: { payment_id: paymentId } })).url
    } catch (reason) {
      failure.value = asApiError(reason)
    }
  }
  void load()
  return { payment, failure, voucher, load }
}
