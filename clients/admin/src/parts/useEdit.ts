/** A form being filled in: what changed, what is wrong, and what happens when somebody else was quicker. */
import { computed, onBeforeUnmount, onMounted, reactive, ref, shallowRef, type Ref } from 'vue'
import { ApiError } from '@shared/errors'
import type { Field } from './declare'
import { reportFailure } from './say'
import { useGuard } from './useGuard'

export interface Latest<Form> {
  form: Form
  version: number
}

export interface EditOptions<Form, Saved> {
  fields: () => Field<Form>[]
  initial: () => Form
  version: () => number
  save: (form: Form, version: number) => Promise<Saved>
  /** What stands on the server now; asked for after a conflict. */
  latest?: () => Promise<Latest<Form>>
  saved: (result: Saved) => void
}

const copy = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value
const isSame = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

export function useEdit<Form extends object, Saved>(options: EditOptions<Form, Saved>) {
  const base = shallowRef(copy(options.initial())) as Ref<Form>
  const form = reactive(copy(options.initial())) as Form
  const version = ref(options.version())
  const errors = reactive<Record<string, string>>({})
  const general = ref('')
  const saving = ref(false)
  const theirs = shallowRef<Latest<Form> | null>(null)
  let isComparing = false

  const visible = computed(() => options.fields().filter((field) => field.when?.(form) ?? true))
  const isDirty = computed(() => !isSame(form, base.value))

  function restart(initial: Form, newVersion: number): void {
    base.value = copy(initial)
    Object.assign(form, copy(initial))
    version.value = newVersion
    clearErrors()
  }

  /** The page holds another version now; what was typed stays while it is compared with what somebody else saved. */
  function renew(initial: Form, newVersion: number): void {
    if (!isComparing) restart(initial, newVersion)
  }

  function clearErrors(): void {
    Object.keys(errors).forEach((key) => delete errors[key])
    general.value = ''
  }

  function check(): boolean {
    clearErrors()
    for (const field of visible.value) {
      const message = problemOf(field, form)
      if (message) errors[field.key] = message
    }
    return !Object.keys(errors).length
  }

  async function save(): Promise<void> {
    if (saving.value || !check()) return
    saving.value = true
    try {
      const result = await options.save(copy(form), version.value)
      base.value = copy(form)
      options.saved(result)
    } catch (failure) {
      await explain(failure)
    } finally {
      saving.value = false
    }
  }

  async function explain(failure: unknown): Promise<void> {
    if (!(failure instanceof ApiError)) return reportFailure(failure)
    if (failure.code === 'Stale' && options.latest) {
      await compare(options.latest)
      return
    }
    if (failure.status !== 422) return reportFailure(failure)
    const known = new Set(visible.value.map((field) => field.key as string))
    const others: string[] = []
    for (const [name, message] of Object.entries(failure.fields)) {
      const key = [name, name.split('.')[0]!].find((one) => known.has(one))
      if (key) errors[key] = message
      else others.push(message)
    }
    general.value = others.join('；') || (Object.keys(errors).length ? '' : failure.message)
  }

  async function compare(latest: () => Promise<Latest<Form>>): Promise<void> {
    isComparing = true
    try {
      theirs.value = await latest()
    } catch (failure) {
      isComparing = false
      reportFailure(failure)
    }
  }

  /** Go on typing; what somebody else saved is shown again when this is saved. */
  function stopComparing(): void {
    theirs.value = null
    isComparing = false
  }

  /** Go on with the values chosen out of mine and theirs. */
  async function settle(chosen: Form): Promise<void> {
    version.value = theirs.value!.version
    base.value = copy(theirs.value!.form)
    Object.assign(form, copy(chosen))
    stopComparing()
    await save()
  }

  const mayLeave = useGuard(() => isDirty.value)
  const pressed = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return
    event.preventDefault()
    void save()
  }
  onMounted(() => document.addEventListener('keydown', pressed))
  onBeforeUnmount(() => document.removeEventListener('keydown', pressed))

  return { form, base, errors, general, saving, theirs, visible, isDirty, restart, renew, save, settle, stopComparing, mayLeave }
}

function problemOf<Form extends object>(field: Field<Form>, form: Form): string | undefined {
  const value = (form as Record<string, unknown>)[field.key]
  const isEmpty = value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)
  if (isEmpty) return field.required ? `请填写${field.label}` : undefined
  if (typeof value === 'number' && field.kind !== 'money') {
    if (field.min !== undefined && value < field.min) return `不能小于 ${field.min}`
    if (field.max !== undefined && value > field.max) return `不能大于 ${field.max}`
  }
  return field.check?.(value as never, form)
}
