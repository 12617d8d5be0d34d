// What a person does with the console. Each throws where it is not as it must be.
import assert from "node:assert/strict";

const PAGES = ["/", "/channels", "/providers", "/disputes", "/blacklistings", "/settlement", "/node", "/sign-in"];

/** Every page at one size and in one scheme: no horizontal scrolling, nothing that axe finds, one main heading. */
export async function look(page, { channel, provider }) {
  for (const path of [...PAGES, `/channels/${channel}`, `/providers/${provider}`]) {
    await page.goto(path);
    await fits(page, path);
    await judge(page, path);
  }
}

/** One heading, one main part, and no scrolling sideways. */
async function fits(page, path) {
  assert.equal(await page.locator("h1").count(), 1, `${path}: one heading`);
  assert.equal(await page.locator("main").count(), 1, `${path}: one main landmark`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const widest = () => [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => `${element.tagName}.${element.className}`).slice(0, 5).join(" ");
  assert.ok(wide <= 0, `${path}: ${wide} px wider than the window: ${await page.evaluate(widest)}`);
}

/** What axe-core finds wrong, in words. */
async function judge(page, path) {
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")})`);
  assert.deepEqual(found, [], `${path}: ${found.join("; ")}`);
}

/** Waits until a figure on the page changes by itself, with the focus and the place of everything left alone. */
export async function live(page, { path, selector, before }) {
  await page.goto(path);
  await page.locator(selector).first().waitFor();
  await page.evaluate(() => {
    globalThis.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { globalThis.shifts += entry.value; })).observe({ type: "layout-shift" });
    globalThis.same = document.querySelector("main");
  });
  const link = page.locator("main a").first();
  await link.focus();
  await page.waitForFunction(([where, was]) => document.querySelector(where)?.textContent !== was, [selector, before ?? (await page.locator(selector).first().textContent())]);
  assert.equal(await page.evaluate(() => globalThis.same === document.querySelector("main")), true, "the page was put in place, not loaded again");
  assert.equal(await link.evaluate((element) => element === document.activeElement), true, "the focus stayed");
  const shifts = await page.evaluate(() => globalThis.shifts);
  assert.ok(shifts < 0.02, `the layout shifted by ${shifts}`);
  return await page.locator(selector).first().textContent();
}

/** What was put in place again leaves what did not change where it was: the very same elements. */
export async function kept(page) {
  await page.goto("/");
  await page.locator("#seen", { hasText: "As of" }).waitFor();
  await page.evaluate(() => { globalThis.before = [...document.querySelectorAll("header, header a, main, main h2, footer")]; });
  const value = await page.locator(".tile .more").first().textContent();
  await page.waitForFunction((was) => document.querySelector(".tile .more").textContent !== was, value);
  assert.deepEqual(await page.evaluate(() => globalThis.before.filter((element) => !element.isConnected).map((element) => element.outerHTML)), []);
}

/** Through pages, a form and an action with the keyboard alone. */
export async function keyboard(page) {
  await page.goto("/");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "main");
  await page.goto("/");
  await tabTo(page, "Channels");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none", "the focus shows");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/channels");
  await tabTo(page, "Show");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/channels?**");
}

async function focused(page) {
  return (await page.evaluate(() => document.activeElement.innerText || document.activeElement.getAttribute("name") || document.activeElement.tagName)).trim();
}

async function tabTo(page, name) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)).startsWith(name)) {
      return;
    }
  }

  assert.fail(`Tab does not reach ${name}`);
}

/** Pages after pages until the last; how many channels there were. */
export async function paging(page) {
  await page.goto("/channels");
  const seen = new Set();
  for (;;) {
    for (const id of await page.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.id))) {
      seen.add(id);
    }

    const next = page.locator("a[rel=next]");
    if ((await next.count()) === 0) {
      return seen.size;
    }

    await Promise.all([page.waitForURL((url) => url.href !== page.url()), next.click()]);
  }
}

/** Says so when the silo is gone, and goes on when it is back. The C# side stops it when told. */
export async function follow(page, { path }) {
  await page.goto(path);
  await page.locator("#seen", { hasText: "As of" }).waitFor();
  process.stdout.write(JSON.stringify({ ok: true, step: "open" }) + "\n");
  await page.locator("#link", { hasText: "cannot be reached" }).waitFor({ state: "visible" });
  assert.equal(await page.locator("body.stale").count(), 1);
  process.stdout.write(JSON.stringify({ ok: true, step: "lost" }) + "\n");
  await page.locator("#link").waitFor({ state: "hidden" });
}

/** Pictures for the documents. */
export async function picture(page, { path, file, ready, full, key }) {
  await (key ? signIn(page, key, path) : page.goto(path));
  if (ready) {
    await page.locator(ready).first().waitFor();
  }

  await page.waitForTimeout(300);
  await page.screenshot({ path: file, fullPage: full ?? false });
}

/** Signs in, is asked before a claim, changes its mind, claims; all with the keyboard. */
export async function claim(page, { channel, key }, context) {
  await page.goto(`/channels/${channel}`);
  assert.equal(await page.locator("nav.actions").count(), 0, "no actions without the key");
  await tabTo(page, "Sign in");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sign-in?**");
  await page.keyboard.type("00000000000000000000000000000000");
  await page.keyboard.press("Enter");
  await page.locator(".note.bad", { hasText: "not this silo's operator key" }).waitFor();
  assert.deepEqual(await context.cookies(), []);
  await page.locator("input[name=key]").focus();
  await page.keyboard.type(key);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/channels/${channel}`);
  const [cookie] = await context.cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
  assert.equal(await page.evaluate(() => document.cookie), "", "no script reads the session");
  await tabTo(page, "Claim now");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/claim");
  await judge(page, "the question");
  await tabTo(page, "Cancel");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/channels/${channel}`);
  assert.equal(await page.locator("[id^='op-claim']").count(), 0, "a question that was not answered does nothing");
  await tabTo(page, "Claim now");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/claim");
  await tabTo(page, "Claim");
  await page.keyboard.press("Enter");
  await page.waitForURL("**?done=claim");
  await page.locator(".note.good", { hasText: "on its way" }).waitFor();
  await page.locator("tr", { hasText: "claim" }).filter({ hasText: "succeeded" }).waitFor();
  await judge(page, "a channel with actions");
}

/** Drains a provider and ends that. */
export async function drain(page, { provider, key }) {
  await signIn(page, key, `/providers/${provider}`);
  for (const [name, button, state] of [["Drain…", "Drain", "draining"], ["End draining…", "End draining", "live"]]) {
    await page.click(`text="${name}"`);
    await page.click(`button.primary:text-is("${button}")`);
    await page.locator(".facts .state", { hasText: state }).waitFor();
  }

  await page.click('text="Blacklist…"');
  await page.click('button.primary:text-is("Blacklist")');
  await page.waitForURL("**/blacklistings?done=blacklist");
  await page.locator(`#l-${provider}`).getByText("Take off…").click();
  await page.click('button.primary:text-is("Take off")');
  await page.locator(`#l-${provider}`).waitFor({ state: "detached" });
  await page.click("text=Sign out");
  await page.waitForURL("**/");
  assert.equal(await page.locator("text=Sign in").count(), 1);
}

/** Nothing of routes without the key; with it, exits and the routes to each: what comes in is what goes out and a tenth. */
export async function routes(page, { key, exit, consumer, lockId }) {
  for (const path of ["/routes", `/routes/${exit}`]) {
    await page.goto(path);
    assert.ok(!(await page.content()).includes(lockId), `${path} shows no lock without the key`);
    assert.ok(!(await page.content()).includes(consumer), `${path} shows no consumer without the key`);
    assert.equal(await page.locator("nav a[href='/routes']").count(), 0, "nothing leads there without the key");
  }

  await signIn(page, key, "/routes");
  await page.locator(`#x-${exit}`, { hasText: "active" }).waitFor();
  await fits(page, "/routes");
  await judge(page, "/routes");
  await tabTo(page, (await page.locator(`#x-${exit} a`).first().innerText()).trim());
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/routes/${exit}`);
  const row = page.locator(`#r-${lockId}`);
  await row.waitFor();
  assert.equal(await row.locator("td[data-column=Consumer] [title]").getAttribute("title"), consumer);
  const money = (column) => row.locator(`td[data-column=${column}] data`).getAttribute("value").then(BigInt);
  const [incoming, outgoing, fee] = [await money("In"), await money("Out"), await money("Fee")];
  assert.ok(outgoing > 0n, "the exit is owed something");
  assert.equal(incoming * 10n, outgoing * 11n);
  assert.equal(fee, incoming - outgoing);
  assert.match(await row.innerText(), /IPX/, "amounts have their unit");
  assert.match(await row.innerText(), /MB/, "counts have their unit");
  await fits(page, `/routes/${exit}`);
  await judge(page, `/routes/${exit}`);
}

/** The figures of a route grow on the page that shows it. The C# side has it used when told. */
export async function routeGrows(page, { key, exit }) {
  await signIn(page, key, `/routes/${exit}`);
  const counted = page.locator('td[data-column="Counted by the exit"]').first();
  const before = await counted.textContent();
  await page.locator("#seen", { hasText: "As of" }).waitFor();
  process.stdout.write(JSON.stringify({ ok: true, step: "open" }) + "\n");
  await page.waitForFunction((was) => document.querySelector('td[data-column="Counted by the exit"]').textContent !== was, before);
}

async function signIn(page, key, then) {
  await page.goto(`/sign-in?then=${then}`);
  await page.fill("input[name=key]", key);
  await page.click("button.primary");
  await page.waitForURL(`**${then}`);
}

/** The evidence of a disputed channel, saved as a file. */
export async function evidence(page, { channel, file }) {
  await page.goto("/disputes");
  await page.locator(`#d-${channel}`).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(`#d-${channel} a[download]`)]);
  assert.equal(download.suggestedFilename(), `evidence-${channel}.json`);
  await download.saveAs(file);
}

/** Every page says what there is without a script too. */
export async function scriptless(page, { channel }) {
  for (const path of [...PAGES, `/channels/${channel}`]) {
    const answer = await page.goto(path);
    assert.equal(answer.status(), 200, path);
    assert.ok((await page.locator("main").innerText()).length > 40, `${path} says something`);
  }
}
