/** The ways to pay as one flat form. */
import type { Schemas } from '@/api/client'

type Settings = Schemas['SettingsPaymentSettings']
type Kind = Schemas['SettingsPaymentMethod']['kind']
type OfKind = { [K in Kind as `${K}_enabled`]: boolean } & { [K in Kind as `${K}_title` | `${K}_note`]: string }
export type MethodsForm = OfKind & { holder: string; bank: string; number: string }

export const KINDS: { kind: Kind; title: string }[] = [
  { kind: 'wechat', title: '微信支付' },
  { kind: 'union_pay', title: '银行卡支付' },
  { kind: 'bank_transfer', title: '对公转账' },
  { kind: 'credit', title: '账期支付' },
]

export function formOf({ methods = [] }: Settings): MethodsForm {
  const parts = KINDS.map(({ kind, title }) => {
    const found = methods.find((one) => one.kind === kind)
    return { [`${kind}_enabled`]: found?.enabled ?? false, [`${kind}_title`]: found?.title ?? title, [`${kind}_note`]: found?.note ?? '' }
  })
  const account = methods.find((one) => one.kind === 'bank_transfer')?.account
  return Object.assign({ holder: account?.holder ?? '', bank: account?.bank ?? '', number: account?.number ?? '' }, ...parts) as MethodsForm
}

/** In the order they are offered at present. */
export function methodsOf(form: MethodsForm, { methods = [] }: Settings): Settings {
  const order = [...methods.map((one) => one.kind), ...KINDS.map((one) => one.kind)]
  const account = form.holder && form.bank && form.number ? { holder: form.holder, bank: form.bank, number: form.number } : null
  return {
    methods: [...new Set(order)].map((kind) => ({
      kind,
      enabled: form[`${kind}_enabled`],
      title: form[`${kind}_title`],
      note: form[`${kind}_note`],
      account: kind === 'bank_transfer' ? account : null,
    })),
  }
}
