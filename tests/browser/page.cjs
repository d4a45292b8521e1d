// Do recorded pages do in a real browser what they promise? `node page.cjs FILE.html…`; `.ci/browser` runs it.

const assert = require("node:assert/strict");
const { createServer } = require("node:net");
const { basename, join } = require("node:path");
const { after, before, test } = require("node:test");
const axe = require("axe-core");
const { data, launch, open, shown, step } = require("./open.cjs");

const files = process.argv.slice(2);
const screens = process.env.SCREENS;
assert.ok(files.length > 0, "which pages? node page.cjs FILE.html…");

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const file of files) {
  const scene = basename(file, ".html");
  const about = (what, look) => test(`${scene}: ${what}`, look);
  const opened = (options, look) => open(browser, file, options, look);

  about("it opens at the beginning and shows every panel", () =>
    opened({}, async (page) => {
      assert.equal(await step(page), 0);
      assert.equal(await page.locator("h1").textContent(), scene);
      assert.match(await page.locator("#why").textContent(), /Press → for the first step\.$/);
      for (const title of ["Tasks", "Ready queue", "Timers", "Reactor", "Your code", "The runtime’s code", "The run"]) {
        assert.ok(await page.getByRole("heading", { name: title, exact: title === "The run" }).isVisible(), title);
      }
    }));

  about("keys step to the end and back, and each step looks the same both ways", () =>
    opened({}, async (page) => {
      const last = (await data(page)).steps.why.length - 1;
      await page.keyboard.press("3");
      const there = [await shown(page)];
      for (let now = 1; now <= last; now += 1) {
        await page.keyboard.press("ArrowRight");
        assert.equal(await step(page), now);
        there.push(await shown(page));
      }
      await page.keyboard.press("ArrowRight");
      assert.equal(await step(page), last, "the end is the end");
      for (let now = last; now > 0; now -= 1) {
        assert.deepEqual(await shown(page), there[now]);
        await page.keyboard.press("ArrowLeft");
      }
      assert.equal(await step(page), 0);
      await page.keyboard.press("G");
      assert.equal(await step(page), last);
      await page.keyboard.press("g");
      assert.equal(await step(page), 0);
      await page.keyboard.press("ArrowRight");
      await page.locator("#runtime").click();
      await page.keyboard.press("ArrowRight");
      assert.equal(await step(page), 2, "a click into code takes no keys away");
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Tab");
      const wide = await page.locator("#runtime").evaluate((box) => box.scrollWidth > box.clientWidth);
      await page.keyboard.press("ArrowRight");
      assert.equal(await step(page), wide ? 2 : 3, "with the keyboard wide code is scrolled");
    }));

  about("the level of detail says which steps are skipped", () =>
    opened({}, async (page) => {
      const { kinds, steps } = await data(page);
      for (const level of [1, 2, 3]) {
        await page.getByRole("button", { name: String(level), exact: false }).first().click();
        await page.keyboard.press("g");
        const wanted = steps.kind.flatMap((kind, at) => (at > 0 && kinds[kind][1] <= level ? [at] : [])).slice(0, 12);
        for (const next of wanted) {
          await page.keyboard.press("ArrowRight");
          assert.equal(await step(page), next, `level ${level}`);
        }
      }
    }));

  about("keys and buttons go to the next and the previous poll and wake", () =>
    opened({}, async (page) => {
      const { kinds, steps } = await data(page);
      const places = (name) => steps.kind.flatMap((kind, at) => (kinds[kind][0] === name ? [at] : []));
      for (const [key, kind] of [["p", "task.poll"], ["w", "wake"]]) {
        const [first, second] = places(kind);
        const press = [() => page.keyboard.press(key), () => page.locator(`[data-key="${key}"]`).click()];
        const back = [() => page.keyboard.press(key.toUpperCase()), () => page.locator(`[data-key="${key.toUpperCase()}"]`).click()];
        for (const way of [0, 1]) {
          await page.keyboard.press("g");
          await press[way]();
          assert.equal(await step(page), first);
          await press[way]();
          assert.equal(await step(page), second);
          await back[way]();
          assert.equal(await step(page), first);
        }
        assert.equal(await page.locator("#kind").textContent(), kind);
      }
      const parks = places("loop.park");
      await page.keyboard.press("g");
      await page.keyboard.press("z");
      assert.equal(await step(page), parks[0] ?? 0);
      if (parks.length === 0) assert.match(await page.getByRole("status").textContent(), /no more loop\.park/);
    }));

  about("buttons step, go to the ends, play and pause", () =>
    opened({}, async (page) => {
      const last = (await data(page)).steps.why.length - 1;
      await page.getByRole("button", { name: "Step", exact: true }).click();
      assert.equal(await step(page), 1);
      await page.getByRole("button", { name: "Step back" }).click();
      assert.equal(await step(page), 0);
      await page.getByRole("button", { name: "To the end" }).click();
      assert.equal(await step(page), last);
      await page.getByRole("button", { name: "To the start" }).click();
      await page.getByRole("button", { name: "Play" }).click();
      await page.waitForFunction(() => Number(document.getElementById("step").textContent) >= 2);
      await page.getByRole("button", { name: "Pause" }).click();
      assert.ok(await page.getByRole("button", { name: "Play" }).isVisible());
    }));

  about("the scrubber and the picture of the run go anywhere", () =>
    opened({}, async (page) => {
      const last = (await data(page)).steps.why.length - 1;
      const scrubber = page.getByRole("slider", { name: "Step" });
      await scrubber.fill("7");
      assert.equal(await step(page), 7);
      await scrubber.focus();
      await page.keyboard.press("End");
      assert.equal(await step(page), last);
      assert.match(await scrubber.getAttribute("aria-valuetext"), new RegExp(`^${last} / ${last}, `));
      const box = await page.locator("#lanes").boundingBox();
      await page.mouse.click(box.x + box.width / 2, box.y + 5);
      assert.equal(await step(page), Math.floor((last + 1) / 2));
    }));

  about("the address is a link to the step, and is kept up to date", async () => {
    await opened({ hash: "#step=5" }, async (page) => {
      assert.equal(await step(page), 5);
      await page.keyboard.press("3");
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction(() => location.hash === "#step=6");
      await page.evaluate(() => { location.hash = "#step=3&lang=zh"; });
      await page.waitForFunction(() => document.getElementById("step").textContent === "3" && document.documentElement.lang === "zh");
    });
    await opened({ hash: "#step=999999" }, async (page) => {
      assert.equal(await step(page), (await data(page)).steps.why.length - 1, "the end");
    });
    for (const hash of ["#step=-4", "#step=x", "#x"]) {
      await opened({ hash }, async (page) => assert.equal(await step(page), 0, hash));
    }
  });

  about("both languages are there, one at a time", () =>
    opened({ hash: "#step=4" }, async (page) => {
      const chinese = /\p{Script=Han}/u;
      const text = () => page.locator("main").innerText();
      assert.doesNotMatch(await text(), chinese);
      await page.keyboard.press("L");
      assert.equal(await page.getAttribute("html", "lang"), "zh");
      for (const id of ["why-title", "tasks-title", "queue-title", "film-title", "why"]) {
        assert.match(await page.locator(`#${id}`).innerText(), chinese, id);
      }
      assert.doesNotMatch(await text(), /Ready queue|waits for|was spawned/);
      await page.getByRole("button", { name: "English" }).click();
      assert.doesNotMatch(await text(), chinese);
    }));

  about("help lists the keys, and an unknown key is told of it", () =>
    opened({}, async (page) => {
      await page.keyboard.press("x");
      assert.match(await page.getByRole("status").textContent(), /x does nothing here; \? shows the keys/);
      await page.keyboard.press("?");
      assert.ok(await page.getByRole("dialog", { name: "Keys" }).isVisible());
      await page.keyboard.press("Escape");
      assert.equal(await page.getByRole("dialog").count(), 0);
      await page.getByRole("button", { name: "Help" }).click();
      await page.getByRole("button", { name: "Close" }).click();
      assert.equal(await page.getByRole("dialog").count(), 0);
    }));

  about("without a script it is a film strip in both languages", () =>
    opened({ javaScriptEnabled: false }, async (page) => {
      const frames = page.locator(".frame");
      assert.ok((await frames.count()) > 3);
      assert.ok(await frames.first().isVisible());
      assert.match(await frames.first().innerText(), /is polled for the first time[\s\S]*第一次被 poll/);
      for (const button of await page.locator("button, input").all()) assert.ok(!(await button.isVisible()));
      assert.ok(await page.locator("svg").first().isVisible());
    }));

  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      about(`${colorScheme} at ${width}×${height} it fits and can be used by everybody`, () =>
        opened({ colorScheme, viewport: { width, height }, hash: "#step=12" }, async (page) => {
          const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
          assert.equal(paper[0] > 128, colorScheme === "light");
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is wider than the window");
          if (screens) await page.screenshot({ path: join(screens, `${scene}-${colorScheme}-${width}.png`) });
          await page.evaluate(axe.source);
          const check = async (where) => {
            const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }));
            const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`);
            assert.deepEqual(told, [], where);
          };
          await check("in English");
          await page.keyboard.press("L");
          await page.keyboard.press("G");
          await page.locator("summary").click();
          await check("in Chinese, at the end, with the film strip");
          await page.keyboard.press("?");
          await check("with the list of keys");
        }));
    }
  }

  about("the policy lets nothing out, not even from a script that got in", async () => {
    // Chromium connects ahead for a frame before it looks at the policy; then it says nothing.
    let heard = "";
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        heard += bytes;
        socket.destroy();
      });
    });
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    const reach = `127.0.0.1:${server.address().port}`;
    await opened({}, async (page, forget) => {
      const blocked = await page.evaluate(async (reach) => {
        const blocked = [];
        document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
        const add = (name, set) => document.body.append(Object.assign(document.createElement(name), set));
        add("img", { src: `http://${reach}/` });
        add("script", { src: `http://${reach}/` });
        add("script", { textContent: "document.title = 'broken into'" });
        add("iframe", { src: `http://${reach}/` });
        add("link", { rel: "stylesheet", href: `http://${reach}/` });
        await fetch(`http://${reach}/`).catch(() => {});
        try { new WebSocket(`ws://${reach}/`); } catch {}
        await new Promise((done) => setTimeout(done, 200));
        return blocked;
      }, reach);
      for (const what of ["img-src", "script-src-elem", "frame-src", "style-src-elem", "connect-src"]) assert.ok(blocked.includes(what), `${what} in ${blocked}`);
      assert.notEqual(await page.title(), "broken into");
      // The browser complained, as it should.
      forget();
      assert.equal(heard, "");
    }).finally(() => server.close());
  });
}
