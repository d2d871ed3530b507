/** Addresses: every family's pages within the frame, and who may open them. */
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { api } from '@/api/client'
import { families, firstPage } from '@/frame/families'
import type { Family, PageEntry } from '@/parts/declare'
import { reportFailure } from '@/parts/say'
import { isSignedIn, knowMe, may, me, onSignedOut } from '@/session'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    family?: string
    permission?: string | string[]
    keep?: boolean
    /** The list that leads here. */
    under?: string
    /** Open to those who are not signed in. */
    open?: boolean
  }
}

function routeOf(family: Family, page: PageEntry): RouteRecordRaw {
  const { path, title, permission, keep, under, component, children = [] } = page
  return { path, component, meta: { title, family: family.title, permission, keep, under }, children }
}

const NotFound = () => import('@/frame/NotFound.vue')

export const router = createRouter({
  history: createWebHashHistory('/admin-console/'),
  routes: [
    { path: '/sign-in', component: () => import('@/frame/SignIn.vue'), meta: { open: true, title: '登录' } },
    { path: '/first-code', component: () => import('@/frame/FirstCode.vue'), meta: { title: '启用两步验证' } },
    { path: '/first-password', component: () => import('@/frame/FirstPassword.vue'), meta: { title: '设置新密码' } },
    {
      path: '/',
      component: () => import('@/frame/Frame.vue'),
      children: [
        { path: '', component: NotFound },
        ...families.flatMap((family) => family.pages.map((page) => routeOf(family, page))),
        { path: 'account', component: () => import('@/frame/Account.vue'), meta: { title: '我的账户' } },
        { path: 'forbidden', component: () => import('@/frame/Forbidden.vue'), meta: { title: '没有权限' } },
        { path: ':rest(.*)*', component: NotFound, meta: { title: '页面不存在' } },
      ],
    },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.matched[1] === from.matched[1] ? undefined : { top: 0 }),
})

router.beforeEach(async (to) => {
  if (to.meta.open) return
  const signIn = { path: '/sign-in', query: to.path === '/' ? {} : { then: to.fullPath } }
  if (!isSignedIn()) return signIn
  if (!me.value) {
    knowMe(await api.get('/admin/me'))
  }
  if (me.value?.must_change_password) return to.path === '/first-password' ? undefined : '/first-password'
  if (me.value?.must_add_second_factor) return to.path === '/first-code' ? undefined : '/first-code'
  if (to.path === '/') return firstPage()
  if (!may(to.meta.permission)) return { path: '/forbidden', query: { page: to.meta.title } }
})

router.onError((failure, to) => {
  if (!isSignedIn()) return
  // a page of an older build is gone after a release: load the newer one
  else if (/dynamically imported module|module script/i.test(String(failure))) location.assign(`/admin-console/?renewed#${to.fullPath}`)
  else reportFailure(failure)
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} · 管理后台` : '管理后台'
})

onSignedOut(() => {
  const here = router.currentRoute.value
  if (!here.meta.open) void router.push({ path: '/sign-in', query: { then: here.fullPath } })
})
