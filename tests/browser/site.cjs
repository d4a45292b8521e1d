// Does the built book do in a real browser what it promises? `node site.cjs FOLDER`; `.ci/site` runs it.

const assert = require("node:assert/strict");
const { existsSync, readFileSync, readdirSync } = require("node:fs");
const { basename, dirname, join, resolve } = require("node:path");
const { after, before, test } = require("node:test");
const axe = require("axe-core");
const { launch, open, step } = require("./open.cjs");

const [site] = process.argv.slice(2);
const screens = process.env.SCREENS;
assert.ok(site, "which site? node site.cjs FOLDER");

const LANGUAGES = ["en", "zh"].filter((lang) => existsSync(join(site, lang)));
// mdBook's own pages, which are parts of others or stand for them.
const PARTS = ["404.html", "index.html", "toc.html", "print.html"];
// The pages that are the same in both books.
const BESIDE = ["questions.html", "benchmark.html"];
const pages = (lang) => readdirSync(join(site, lang)).filter((file) => file.endsWith(".html") && !PARTS.includes(file));
const text = (file) => readFileSync(join(site, file), "utf8");

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const opened = (file, options, look) => open(browser, join(site, file), { within: site, ...options }, look);

const usable = async (page, where) => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    // A scene is looked at by itself, in .ci/browser.
    axe.run({ exclude: [["iframe.scene"]] }, { resultTypes: ["violations"], preload: false }),
  );
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`);
  assert.deepEqual(told, [], where);
};

const fits = async (page) => {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `the page is ${wide} wide, the window ${window}`);
};

test("there are chapters in each language, and every link leads somewhere", () => {
  for (const lang of LANGUAGES) {
    assert.ok(pages(lang).length > 2, `${lang} has chapters`);
    for (const page of [...pages(lang), "toc.html"]) {
      const links = text(join(lang, page)).matchAll(/(?:href|src)="([^"]*)"/g);
      for (const [, link] of links) {
        if (/^[a-z]+:|^$/.test(link)) continue;
        const [path, anchor] = link.split("#");
        const file = path ? join(lang, path) : join(lang, page);
        assert.ok(existsSync(join(site, file)), `${lang}/${page}: ${link}`);
        if (anchor && file.endsWith(".html") && !file.includes("scenes")) {
          assert.ok(text(file).includes(`id="${decodeURIComponent(anchor)}"`), `${lang}/${page}: ${link}`);
        }
      }
    }
  }
});

test("each page leads to itself in the other language", () => {
  for (const lang of LANGUAGES) {
    for (const page of pages(lang).filter((page) => !BESIDE.includes(page))) {
      const there = text(join(lang, page)).match(/<p class="language"><a href="([^"]*)"/)?.[1];
      const other = resolve("/", lang, there ?? "").slice(1);
      assert.notEqual(dirname(other), lang, page);
      const same = join(dirname(other), page);
      assert.equal(other, existsSync(join(site, same)) ? same : join(dirname(other), "index.html"), page);
    }
  }
});

test("the first page of all leads to both books", () =>
  opened("index.html", { viewport: { width: 360, height: 740 } }, async (page) => {
    await fits(page);
    await usable(page);
    for (const lang of LANGUAGES) assert.ok(await page.locator(`a[href="${lang}/index.html"]`).isVisible());
  }));

for (const lang of LANGUAGES) {
  const all = pages(lang);
  for (const file of all) {
    test(`${lang}/${file} fits a phone and can be used by everybody`, () =>
      opened(join(lang, file), { viewport: { width: 360, height: 740 } }, async (page) => {
        assert.equal(await page.getAttribute("html", "lang"), lang);
        await fits(page);
        if (screens) await page.screenshot({ path: join(screens, `site-${lang}-${basename(file, ".html")}.png`) });
        await usable(page);
      }));
  }

  const [chapter] = all.filter((file) => text(join(lang, file)).includes("<iframe class=\"scene\""));
  const wide = { viewport: { width: 1280, height: 800 }, colorScheme: "dark" };
  test(`${lang}: it can be used by everybody in the dark and on a wide window, too`, () =>
    opened(join(lang, chapter), wide, async (page) => {
      await fits(page);
      if (screens) await page.screenshot({ path: join(screens, `site-${lang}-dark.png`) });
      await usable(page);
    }));

  test(`${lang}: a scene steps where the chapter names it, in the chapter's language`, () =>
    opened(join(lang, chapter), wide, async (page) => {
      const scene = page.locator("iframe.scene").first();
      await scene.scrollIntoViewIfNeeded();
      assert.match(await scene.getAttribute("title"), /\S+ \S+|\p{Script=Han}/u);
      const frame = await (await scene.elementHandle()).contentFrame();
      await frame.waitForSelector("#step");
      await frame.waitForFunction((lang) => document.documentElement.lang === lang, lang);
      const before = await step(frame);
      await frame.locator('[data-key="w"]').click();
      assert.ok((await step(frame)) > before);
    }));

  test(`${lang}: the search finds a word`, () =>
    opened(join(lang, all[0]), wide, async (page) => {
      await page.locator("#mdbook-search-toggle, #search-toggle").first().click();
      await page.locator("#mdbook-searchbar, #searchbar").first().pressSequentially(lang === "zh" ? "任务" : "thread");
      await page.waitForFunction(() => document.querySelectorAll("#mdbook-searchresults li, #searchresults li").length > 0);
    }));

  test(`${lang}: the list of chapters opens and closes by a button`, () =>
    opened(join(lang, all[0]), { viewport: { width: 360, height: 740 } }, async (page) => {
      const button = page.getByRole("button", { name: "Toggle Table of Contents" });
      const list = page.locator("#mdbook-sidebar a").first();
      assert.equal(await button.getAttribute("aria-expanded"), "false");
      await button.focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.getElementById("mdbook-sidebar").getBoundingClientRect().left === 0);
      assert.equal(await button.getAttribute("aria-expanded"), "true");
      assert.ok(await list.isVisible());
      await button.click();
      await list.waitFor({ state: "hidden" });
    }));

  test(`${lang}: without a script the words, the list of chapters and the scene as a film strip are there`, () =>
    opened(join(lang, chapter), { javaScriptEnabled: false, ...wide }, async (page) => {
      assert.ok(await page.locator("main h1").isVisible());
      assert.ok(await page.locator(".language a").isVisible());
      const frames = page.frames();
      const toc = frames.find((frame) => frame.url().endsWith("toc.html"));
      assert.ok(toc && (await toc.locator("a").count()) >= all.length, "the list of chapters");
      await page.locator("label[for=mdbook-sidebar-toggle-anchor]").click();
      assert.ok(await page.locator("#mdbook-sidebar").isVisible());
      const scene = page.locator("iframe.scene").first();
      await scene.scrollIntoViewIfNeeded();
      const strip = await (await scene.elementHandle()).contentFrame();
      await strip.waitForSelector(".frame");
      assert.ok((await strip.locator(".frame").count()) > 3, "the film strip");
    }));
}
