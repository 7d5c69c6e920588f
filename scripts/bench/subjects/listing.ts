import { type Browser, chromium, type Page } from "playwright-core";
import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { CHROMIUM_ARGS } from "../../../tests/kit/chromium.ts";
import { freePort } from "../../../tests/kit/port.ts";
import { absent, listening, spawn } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const SIZES = [10_000, 100_000];
const BROWSER = "/usr/bin/chromium";
const tool = ROOT + executablePath("file");
const folder = await Deno.makeTempDir();
let browser: Browser | undefined;

/** Measures the page of a large folder in Chromium: time to the first paint, of a click and of a key press. */
export const subject: Subject = {
  name: "listing",
  async rows(): Promise<readonly Row[]> {
    await Deno.chmod(folder, 0o755);
    for (const size of SIZES) await makeFiles(`${folder}/root/${size}`, size);
    const ours = await start(tool, (port) => ["serve", "--quiet", "--port", `${port}`, `${folder}/root`]);
    const nginx = await start("nginx", nginxArgs);
    return SIZES.flatMap((size) => {
      const by = (name: string, server: Server, run: (page: Page) => Promise<number>): TimedContender => ({
        name,
        missing: server.missing ?? absent(BROWSER),
        run: () => onPage(`${server.base}/${size}/`, run),
      });
      const of = (run: (page: Page) => Promise<number>) => [by("toucan-file", ours, run)];
      return [
        {
          work: `first paint of ${size} entries in Chromium`,
          asked: "< 1000 ms",
          commands: [...of(firstPaint), by("nginx, autoindex", nginx, firstPaint)],
        },
        { work: `sorting ${size} entries by size`, asked: "< 200 ms", commands: of(sort) },
        { work: `filtering ${size} entries`, asked: "< 200 ms", commands: of(filter) },
      ];
    });
  },
  async [Symbol.asyncDispose]() {
    await browser?.close();
    await Deno.remove(folder, { recursive: true });
  },
};

/** A started server, or the reason why it was not started. */
interface Server {
  readonly base: string;
  readonly missing?: string;
}

async function makeFiles(path: string, count: number): Promise<void> {
  await Deno.mkdir(path, { recursive: true });
  for (let i = 0; i < count; i++) Deno.writeTextFileSync(`${path}/file ${i}.txt`, "x".repeat(i % 97));
}

async function start(program: string, args: (port: number) => readonly string[]): Promise<Server> {
  const missing = absent(program);
  if (missing !== undefined) return { base: "", missing };
  const port = freePort();
  const process = spawn(program, { args: [...args(port)], stdin: "null", stdout: "null", stderr: "null" });
  await listening(process, program, port);
  return { base: `http://127.0.0.1:${port}` };
}

function nginxArgs(port: number): readonly string[] {
  const config = `worker_processes auto; daemon off; pid ${folder}/nginx.pid; error_log /dev/null;
events { worker_connections 64; }
http { access_log off; server { listen 127.0.0.1:${port}; root ${folder}/root; autoindex on; } }`;
  Deno.writeTextFileSync(`${folder}/nginx.conf`, config);
  return ["-c", `${folder}/nginx.conf`, "-e", "/dev/null"];
}

async function onPage(url: string, run: (page: Page) => Promise<number>): Promise<number> {
  browser ??= await chromium.launch({ executablePath: BROWSER, args: CHROMIUM_ARGS });
  const page = await browser.newPage();
  try {
    await page.goto(url, { timeout: 120_000 });
    return await run(page);
  } finally {
    await page.close();
  }
}

function firstPaint(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") done(startTime);
  }).observe({ type: "paint", buffered: true }))`);
}

/** Returns the milliseconds until the browser has painted a change. */
function untilDrawn(page: Page, code: string): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => {
    const begin = performance.now();
    ${code};
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin), 0));
  })`);
}

function sort(page: Page): Promise<number> {
  return untilDrawn(page, `document.querySelector("th a[data-key=size]").click()`);
}

function filter(page: Page): Promise<number> {
  return untilDrawn(
    page,
    `const filter = document.getElementById("filter"); filter.value = "7"; filter.dispatchEvent(new Event("input"))`,
  );
}
