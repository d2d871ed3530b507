"""What axe-core finds wrong with a page for people who see, hear or move differently."""

from playwright.sync_api import Page

from infra.description import ROOT

_SCRIPT = ROOT / "clients" / "admin" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => {
  const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  await Promise.allSettled(moving.map((one) => one.finished)) // what fades in has its colours only then
  const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })
  return violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)}`))
}"""


def serious_findings(page: Page) -> list[str]:
    """Rule and element of every serious or critical finding on a page."""
    page.evaluate(_SCRIPT.read_text())
    found: list[str] = page.evaluate(_RUN)
    return found
