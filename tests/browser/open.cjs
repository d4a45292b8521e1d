// How does a test get at a page? In a fresh Chromium, which notes every complaint and every request.

const assert = require("node:assert/strict");
const { existsSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) => existsSync(file));

const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? program,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

// Opens a file, lets `look` at it, and sees to it that nothing was complained about and nothing was
// asked for but what is `within` a folder, if one is given. `look` gets the page, and a function to
// forget what was noted so far.
const open = async (browser, file, options, look) => {
  const { hash = "", within, ...settings } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...settings });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const complaints = [];
  const requests = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  context.on("request", (request) => requests.push(request.url().split("#")[0]));
  try {
    await page.goto(address + hash);
    await look(page, () => (complaints.length = requests.length = 0));
    assert.deepEqual(complaints, []);
    const allowed = (url) => url === address || (within && url.startsWith(pathToFileURL(within).href));
    assert.deepEqual(requests.filter((url) => !allowed(url)), []);
  } finally {
    await context.close();
  }
};

// The number of the step that is shown.
const step = async (page) => Number(await page.locator("#step").textContent());

// Everything that the page shows of its step.
const shown = (page) => page.evaluate(() => ["why", "kind", "thread", "counts", "tasks", "queue", "timers", "sources", "user", "runtime"].map((id) => document.getElementById(id).textContent));

// What the page brings along.
const data = (page) => page.evaluate(() => JSON.parse(document.getElementById("data").textContent));

module.exports = { launch, open, step, shown, data };
