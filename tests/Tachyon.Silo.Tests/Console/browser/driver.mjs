// Plays scenarios in Chromium for the C# tests: one JSON request a line on standard input, one JSON answer a line on standard output.
// {"scenario": NAME, ...parameters} -> {"ok": true, "result": …} or {"ok": false, "error": TEXT}
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import * as scenarios from "./scenarios.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: process.env.TACHYON_CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
  ],
});

/** A fresh window that remembers whatever a page must not do. */
async function open({ url, width = 1280, height = 800, dark = false, script = true }) {
  const faults = [];
  const context = await browser.newContext({
    baseURL: url, viewport: { width, height }, colorScheme: dark ? "dark" : "light", javaScriptEnabled: script, reducedMotion: "reduce",
    isMobile: width < 600, hasTouch: width < 600, deviceScaleFactor: 1,
  });
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await context.addInitScript({ content: axe });
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) {
      faults.push(`asked outside: ${request.url()}`);
    }
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    // What a server refuses is for the scenario to judge; everything else that a browser complains of is a fault.
    if (message.type() === "error" && !/Failed to load resource|ERR_CONNECTION_REFUSED/.test(message.text())) {
      faults.push(`console: ${message.text()}`);
    }
  });
  page.setDefaultTimeout(120_000);
  return { page, context, faults };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { scenario, ...parameters } = JSON.parse(line);
  let answer;
  const window = await open(parameters);
  try {
    const result = await scenarios[scenario](window.page, parameters, window.context);
    answer = window.faults.length === 0 ? { ok: true, result: result ?? null } : { ok: false, error: window.faults.join("\n") };
  } catch (error) {
    answer = { ok: false, error: `${[...window.faults, error.stack ?? String(error)].join("\n")}` };
  } finally {
    await window.context.close();
  }

  process.stdout.write(JSON.stringify(answer) + "\n");
}

await browser.close();
