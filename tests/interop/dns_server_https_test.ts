import { assertEquals, assertMatch } from "@std/assert";
import { NetworkList } from "../../lib/core/mod.ts";
import {
  type AnswerSource,
  encodeQuery,
  Forwarder,
  loadHttps,
  NameTable,
  RunningServer,
  type ServedQuery,
} from "../../lib/dns/internal.ts";
import { serveHttp } from "../../lib/http/mod.ts";
import { makeCertificate, type TestCertificate } from "../kit/certificates.ts";
import { CHROMIUM_ARGS } from "../kit/chromium.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { startUnbound } from "../kit/unbound.ts";
import { DEADLINE_MS } from "../kit/wait.ts";

/** Starts a server over UDP, TCP, TLS and HTTPS; `queries` gets what it is asked. */
async function startServer(
  sources: readonly AnswerSource[],
  certificate: TestCertificate,
  queries: ServedQuery[] = [],
): Promise<RunningServer> {
  const address = { transport: "ip", host: "127.0.0.1", port: 0 } as const;
  return new RunningServer(address, {
    ...{ sources, recursive: sources.some((source) => source instanceof Forwarder), transfers: [], keys: [] },
    ...{ access: new NetworkList(["loopback"]), transferAccess: new NetworkList([]) },
    tls: { address, certificate },
    https: { address, certificate, serve: await loadHttps() },
    ...{ maxConnections: 100, perAddress: 100, idleMs: DEADLINE_MS, cacheSize: 100 },
    onQuery: (query) => void queries.push(query),
  });
}

async function output(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const { stdout } = await new Deno.Command(program, { args: [...args], env, stderr: "null", signal }).output();
  return new TextDecoder().decode(stdout);
}

function named(word: string): NameTable {
  const names = new NameTable();
  names.addWord(word);
  return names;
}

peerTest(
  "dig and kdig ask ours over TLS and HTTPS; curl asks by GET and finds a host with it",
  ["dig", "kdig", "curl"],
  () =>
    withFolder(async (folder) => {
      const certificate = await makeCertificate();
      await Deno.writeTextFile(`${folder}/cert.pem`, certificate.cert);
      await using page = serveHttp("127.0.0.1:0", () => ({ body: "found by DoH" }));
      await using server = await startServer([named("app.test=127.0.0.1")], certificate);
      const [https, tls] = [String(server.httpsAddr?.port), String(server.tlsAddr?.port)];
      const verified = [`+tls-ca=${folder}/cert.pem`, "+tls-hostname=localhost"];
      const ask = ["@127.0.0.1", "+short", "app.test", "A"];
      const lines: readonly (readonly [program: string, args: readonly string[]])[] = [
        ["kdig", [...ask, "-p", https, "+https", ...verified]],
        ["kdig", [...ask, "-p", https, "+https-get", ...verified]],
        ["kdig", [...ask, "-p", tls, "+tls", ...verified]],
        ["dig", [...ask, "-p", https, "+https"]],
        ["dig", [...ask, "-p", https, "+https-get"]],
        ["dig", [...ask, "-p", tls, "+tls"]],
      ];
      for (const [program, args] of lines) {
        assertEquals([program, ...args, await output(program, args)], [program, ...args, "127.0.0.1\n"]);
      }
      const url = `https://localhost:${https}/dns-query`;
      const common = ["--silent", "--noproxy", "*", "--cacert", `${folder}/cert.pem`];
      const query = encodeQuery({ id: 0, name: "app.test.", type: "A" }).toBase64({ alphabet: "base64url" });
      const format = "%{http_version} %{http_code} %{content_type} %{size_download}";
      for (const [option, version] of [["--http2", "2"], ["--http1.1", "1.1"]] as const) {
        const args = [...common, option, "--output", "/dev/null", "--write-out", format, `${url}?dns=${query}`];
        assertMatch(await output("curl", args), new RegExp(`^${version} 200 application/dns-message \\d+$`));
      }
      await Deno.writeFile(`${folder}/large`, new Uint8Array(500_000));
      for (const option of ["--http2", "--http1.1"]) {
        const type = "Content-Type: application/dns-message";
        const args = [...common, option, "-H", type, "--data-binary", `@${folder}/large`, "-w", " %{http_code}", url];
        assertEquals(await output("curl", args), "a DNS message has at most 65535 bytes\n 413");
      }
      const found = await output("curl", [
        ...common,
        "--doh-insecure",
        "--doh-url",
        url,
        `http://app.test:${page.port}/`,
      ]);
      assertEquals(found, "found by DoH");
    }),
);

peerTest(
  "Chromium finds a host with ours as its secure DNS",
  ["chromium", "certutil"],
  () =>
    withFolder(async (folder) => {
      const authority = await makeCertificate({ authority: true, names: [] });
      const certificate = await makeCertificate({ names: ["127.0.0.1"], issuer: authority });
      const queries: ServedQuery[] = [];
      await using page = serveHttp("127.0.0.1:0", () => {
        return { headers: { "Content-Type": "text/html" }, body: "<title>found by DoH</title>" };
      });
      await using server = await startServer([named("app.test=127.0.0.1")], certificate, queries);
      const store = `sql:${folder}/.pki/nssdb`;
      await Deno.mkdir(`${folder}/.pki/nssdb`, { recursive: true });
      await Deno.mkdir(`${folder}/data`);
      await Deno.writeTextFile(`${folder}/ca.pem`, authority.cert);
      await output("certutil", ["-N", "-d", store, "--empty-password"]);
      await output("certutil", ["-A", "-d", store, "-n", "ours", "-t", "C,,", "-i", `${folder}/ca.pem`]);
      // Only secure: no name is looked up in another way.
      const templates = `https://127.0.0.1:${server.httpsAddr?.port}/dns-query`;
      const state = { dns_over_https: { mode: "secure", templates } };
      await Deno.writeTextFile(`${folder}/data/Local State`, JSON.stringify(state));
      const args = [...CHROMIUM_ARGS, "--headless", `--user-data-dir=${folder}/data`, "--dump-dom"];
      const dom = await output("chromium", [...args, `http://app.test:${page.port}/`], { HOME: folder });
      assertMatch(dom, /<title>found by DoH<\/title>/);
      const asked = queries.find(({ name, type }) => name === "app.test." && type === "A");
      assertEquals([asked?.transport, asked?.rcode, asked?.source], ["https", 0, "word"]);
    }),
);

peerTest("names that ours does not have are forwarded to unbound over TLS and HTTPS", ["unbound", "kdig"], async () => {
  const certificate = await makeCertificate();
  await using unbound = await startUnbound(certificate);
  const tls = { caCerts: [certificate.cert] };
  for (const [protocol, port] of [["tls", unbound.tls], ["https", unbound.https]] as const) {
    const queries: ServedQuery[] = [];
    await using forwarder = new Forwarder({ servers: [{ protocol, host: "localhost", port }], tls });
    await using server = await startServer([named("app.test=127.0.0.1"), forwarder], certificate, queries);
    const ask = ["@127.0.0.1", "-p", String(server.addr.port), "+noall", "+answer", "+nottl"];
    const found: string[] = [];
    for (const name of ["app.test", "www.example.test", "www.example.test", "none.invalid"]) {
      found.push((await output("kdig", [...ask, name, "A"])).trim().replaceAll(/\s+/g, " "));
    }
    const answer = "www.example.test. IN A 192.0.2.1";
    assertEquals(found, ["app.test. IN A 127.0.0.1", answer, answer, ""]);
    assertEquals(queries.map(({ source }) => source.split(" ")[0]), ["word", "forward", "cache", "forward"]);
    assertEquals(queries.map(({ rcode }) => rcode), [0, 0, 0, 3]);
  }
});
