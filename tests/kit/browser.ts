import { type Browser, chromium } from "npm:playwright-core@1.56.1";

/** Starts the system's Chromium, without a window and with nothing of anybody's in it. */
export function startChromium(): Promise<Browser> {
  const args = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"];
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [...args, "disable-component-update", "disable-sync"].map((name) => `--${name}`),
  });
}
