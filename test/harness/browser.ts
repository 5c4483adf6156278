/** Debian's Chromium for tests, as this kind of machine needs it started. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is a browser: without one a test is left out loudly, and in CI that is a failure. */
export function hasBrowser(what: string): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.CI)
    throw new Error(`No browser at ${CHROMIUM}: set CHROMIUM. CI may not go without this test.`);
  console.warn(`\n*** NOT TESTED: ${what} in a browser. There is none at ${CHROMIUM}; set CHROMIUM. ***\n`);
  return false;
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ARGS });
