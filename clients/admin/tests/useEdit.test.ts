import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { defineComponent } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { ApiError } from '@shared/errors'
import { useEdit } from '@/parts/useEdit'
import type { Field } from '@/parts/declare'

interface Form {
  name: string
  position: number | null
}
const fields: Field<Form>[] = [
  { key: 'name', label: '名称', required: true },
  { key: 'position', label: '排序', kind: 'integer', max: 9 },
]

function edit(save: (form: Form, version: number) => Promise<unknown>) {
  let made!: ReturnType<typeof useEdit<Form, unknown>>
  const saved: unknown[] = []
  const Page = defineComponent({
    setup() {
      made = useEdit<Form, unknown>({
        fields: () => fields,
        initial: () => ({ name: '茶', position: 1 }),
        version: () => 3,
        save,
        latest: async () => ({ form: { name: '普洱', position: 1 }, version: 4 }),
        saved: (result) => saved.push(result),
      })
      return () => null
    },
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: Page }] })
  mount(Page, { global: { plugins: [router] } })
  return { made, saved }
}

test('nothing is sent while a field will not do', async () => {
  const { made } = edit(() => Promise.reject(new Error('must not be called')))
  Object.assign(made.form, { name: '', position: 10 })
  await made.save()
  expect(made.errors).toEqual({ name: '请填写名称', position: '不能大于 9' })
})

test('what the server refuses stands beside its field, the rest above the form', async () => {
  const errors = [
    { field: 'name', message: '名称已存在' },
    { field: 'elsewhere', message: '另有问题' },
  ]
  const { made } = edit(() => Promise.reject(new ApiError(422, { code: 'Invalid', title: '内容有误', errors })))
  await made.save()
  expect(made.errors).toEqual({ name: '名称已存在' })
  expect(made.general.value).toBe('另有问题')
})

test('after a conflict the chosen values are saved over the newer version', async () => {
  const sent: [Form, number][] = []
  const { made, saved } = edit(async (form, version) => {
    if (version === 3) throw new ApiError(409, { code: 'Stale', title: '已被更新' })
    sent.push([form, version])
    return 'done'
  })
  made.form.position = 5
  await made.save()
  expect(made.theirs.value?.form.name).toBe('普洱')
  await made.settle({ name: '普洱', position: 5 })
  expect(sent).toEqual([[{ name: '普洱', position: 5 }, 4]])
  expect(saved).toEqual(['done'])
  expect(made.isDirty.value).toBe(false)
})
