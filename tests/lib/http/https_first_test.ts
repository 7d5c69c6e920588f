import { assertEquals, assertMatch } from "@std/assert";
import type { TraceEvent } from "../../../lib/core/mod.ts";
import { tryDownload } from "../../../lib/get/mod.ts";
import { serveHttp } from "../../../lib/http/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const SINK = { sink: { write: () => {}, end: () => {} } };
const QUICK = { httpsFirst: true, retries: 0, timeout: DEADLINE_MS };

Deno.test("https first: a server with TLS is asked over it", async () => {
  const pair = await makeCertificate({ authority: false });
  await using server = serveHttp("127.0.0.1:0", () => ({ body: "x" }), { tls: pair });
  const report = await tryDownload(`127.0.0.1:${server.port}`, SINK, { ...QUICK, tls: { caCerts: [pair.cert] } });
  assertEquals([report.error, report.finalUrl], [undefined, server.url]);
});

Deno.test("https first: where no TLS comes about, http: is asked, and the trace says so", async () => {
  const lines: string[] = [];
  const trace = ({ text }: TraceEvent) => void lines.push(text);
  await using server = serveHttp("127.0.0.1:0", () => ({ body: "x" }));
  const report = await tryDownload(`127.0.0.1:${server.port}`, SINK, { ...QUICK, trace });
  assertEquals([report.error, report.finalUrl], [undefined, server.url]);
  assertMatch(lines.join("\n"), /^https: failed, falling back to http: /m);
});

Deno.test("https first: a URL with its scheme, and one under a pin, never fall back", async () => {
  const tls = { pin: `sha256:${"A".repeat(43)}=` };
  await using server = serveHttp("127.0.0.1:0", () => ({ body: "x" }));
  for (
    const [url, options] of [[`https://127.0.0.1:${server.port}`, {}], [`127.0.0.1:${server.port}`, { tls }]] as const
  ) {
    const report = await tryDownload(url, SINK, { ...QUICK, ...options });
    assertEquals(report.error?.code, "tls-not-spoken", String(report.error));
  }
});

Deno.test("https first: after TLS there is no falling back, whatever comes", async () => {
  const pair = await makeCertificate({ authority: false });
  let asked = 0;
  await using server = serveHttp("127.0.0.1:0", () => {
    asked++;
    return { status: 302, headers: { Location: "https://127.0.0.1:1/" } };
  }, { tls: pair });
  const report = await tryDownload(`127.0.0.1:${server.port}`, SINK, { ...QUICK, tls: { caCerts: [pair.cert] } });
  assertEquals([report.error?.code, asked], ["connection-refused", 1]);
});
