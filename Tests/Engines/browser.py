"""Chromium as a reader of a page: what it says, asks for, draws, and what those find in it who do not see it."""

import shutil
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import sync_playwright

THEMES = ("light", "dark")
# A desktop and a phone.
WIDTHS = (1280, 390)
DOUBLED = "() => { const all = [...document.querySelectorAll('[id]')].map(e => e.id); return all.filter((id, i) => all.indexOf(id) !== i) }"
DANGLING = "() => [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !h || h[0] !== '#' || !document.getElementById(h.slice(1)))"
ACTIVE = ("() => [...document.querySelectorAll('*')].filter(e => ['script', 'img', 'iframe', 'object', 'embed', 'form', 'base'].includes(e.localName)"
          " || [...e.attributes].some(a => a.name.startsWith('on') || a.name === 'style' || a.name === 'src')).map(e => e.outerHTML.slice(0, 80))")
# What sticks out of the page and is not inside of something that can be moved.
WIDER = """() => { const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest('.frame'))
        .map(e => e.outerHTML.slice(0, 80)).slice(0, 3) }"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(d => d.open = true)"


def program():
    return shutil.which("chromium")


@contextmanager
def browser():
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        try:
            yield running
        finally:
            running.close()


def read(outcome, running, path, screenshots=None, axe=()):
    """Opens a page in both themes and at both widths. Gives the milliseconds that it took to be there, the longest.

    axe looks at the page, with everything open, at the themes and widths that are named.
    """
    longest = 0
    for theme in THEMES:
        for width in WIDTHS:
            place = f"{path}, {theme}, {width} px"
            context = running.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
            page, said, asked = context.new_page(), [], []
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"file://{path}")
            longest = max(longest, page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
            if screenshots:
                page.screenshot(path=f"{screenshots}-{theme}-{width}.png", full_page=True)
            outcome.same(f"{place}: wider than the page", [], page.evaluate(WIDER))
            page.evaluate(OPEN_ALL)
            outcome.same(f"{place}: wider than the page, all open", [], page.evaluate(WIDER))
            if (theme, width) in axe:
                look_with_axe(outcome, place, page)
            outcome.same(f"{place}: ids that stand twice", [], page.evaluate(DOUBLED))
            outcome.same(f"{place}: links that lead nowhere", [], page.evaluate(DANGLING))
            outcome.same(f"{place}: what could act", [], page.evaluate(ACTIVE))
            outcome.same(f"{place}: said on the console", [], said)
            outcome.same(f"{place}: asked for", [f"file://{path}"], asked)
            outcome.count("views")
            context.close()
    return longest


def look_with_axe(outcome, place, page):
    page.evaluate(f"() => {{ {AXE_SCRIPT} }}")
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    for violation in found["violations"]:
        node = violation["nodes"][0]
        outcome.differ(f"{place}: axe: {violation['id']}", violation["help"], f"{len(violation['nodes'])} times: {node['html']} {node['failureSummary']}")
    outcome.count("rules of axe", len(found["passes"]))


def opens_when_linked(outcome, running, path, links):
    """A link to a table opens it, without any script."""
    context = running.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{path}")
    for link in links:
        if page.locator("nav details:not([open])").count():
            page.locator("nav details > summary").click()
        page.locator(f'nav a[href="{link}"]').click()
        outcome.same(f"{path}: {link} is to be seen", True, page.locator(link).is_visible())
        outcome.count("links followed")
    context.close()
