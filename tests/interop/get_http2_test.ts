import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import { ToucanError } from "../../lib/core/mod.ts";
import { tryDownload } from "../../lib/get/mod.ts";
import { ConnectionPool } from "../../lib/http/mod.ts";
import { makeCertificate, type TestCertificate } from "../kit/certificates.ts";
import { entityBytes } from "../kit/entity_server.ts";
import { sha256sum, sizeOf, untilLogged } from "../kit/files.ts";
import { withFolder } from "../kit/folder.ts";
import { type FileServer, startCaddy, startNghttpd, startNginx } from "../kit/nginx.ts";
import { peerTest } from "../kit/peer.ts";
import { Relay } from "../kit/relay.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

const SIZE = 5_000_000;

/** Runs a test with a folder for a server to serve, a certificate for it, and the file of the authority behind that. */
function withSite(test: (folder: string, tls: TestCertificate, cacert: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const authority = await makeCertificate({ authority: true });
    const tls = await makeCertificate({ issuer: authority });
    await Deno.mkdir(`${folder}/root`);
    await Deno.writeTextFile(`${folder}/ca.pem`, authority.cert);
    await test(folder, tls, `${folder}/ca.pem`);
  });
}

interface Peer {
  readonly peer: string;
  readonly what: string;
  readonly ranges: boolean;
  start(folder: string, tls: TestCertificate): Promise<FileServer>;
}

const PEERS: readonly Peer[] = [
  { peer: "nginx", what: "", ranges: true, start: (folder, tls) => startNginx(folder, { tls, http2: true }) },
  { peer: "nginx", what: " without TLS", ranges: true, start: (folder) => startNginx(folder, { http2: true }) },
  { peer: "caddy", what: "", ranges: true, start: (folder, tls) => startCaddy(folder, { tls }) },
  { peer: "nghttpd", what: "", ranges: false, start: (folder, tls) => startNghttpd(folder, { tls }) },
  { peer: "nghttpd", what: " without TLS", ranges: false, start: (folder) => startNghttpd(folder) },
];

for (const { peer, what, ranges, start } of PEERS) {
  peerTest(
    `get --http2 ← ${peer}${what}: a page, a file, its digest, its head, the rest of it, and what is not there`,
    [peer, "sha256sum"],
    () =>
      withSite(async (folder, tls, cacert) => {
        await Deno.writeTextFile(`${folder}/root/page.html`, "<p>hello</p>\n");
        await Deno.writeFile(`${folder}/root/big file.bin`, entityBytes(SIZE, 7));
        await Deno.utime(`${folder}/root/big file.bin`, 1_700_000_000, 1_700_000_000);
        await using server = await start(folder, tls);
        const url = `${server.url}big%20file.bin`;
        const right = await sha256sum(`${folder}/root/big file.bin`);
        const get = (...args: string[]) =>
          runTool("get", ["--http2", "--cacert", cacert, "--retries", "0", ...args], { cwd: folder });

        const page = await get(`${server.url}page.html`);
        assertEquals([page.code, page.stdout, page.stderr], [0, "<p>hello</p>\n", ""]);
        const saved = await get("--save", "--json", "--checksum", `sha256:${right}`, url);
        assertEquals([saved.code, saved.stderr], [0, ""]);
        const record = JSON.parse(saved.stdout);
        assertEquals([record.httpVersion, record.status, record.bytes, record.sha256], ["2", 200, SIZE, right]);
        assertEquals(await sha256sum(`${folder}/big file.bin`), right);

        const head = await get("--head", url);
        assertMatch(head.stdout, /^HTTP\/2 200\n(?:.*\n)*content-length: 5000000\n/);
        const missing = await get("-o", "none", `${server.url}none`);
        assertEquals([missing.code, missing.stdout], [1, ""]);
        assertMatch(missing.stderr, /answers 404 Not Found/);

        const half = new AbortController();
        const file = `${folder}/half`;
        await tryDownload(url, { file }, {
          http2: true,
          tls: { caCerts: [await Deno.readTextFile(cacert)] },
          signal: half.signal,
          onProgress: ({ bytes }) => bytes >= SIZE / 2 && half.abort(new Error("half")),
        });
        const there = (await Deno.stat(`${file}.part`)).size;
        const rest = await get("--resume", "--json", "-o", "half", url);
        assertEquals([rest.code, await sha256sum(file)], [0, right], rest.stderr);
        assertEquals(JSON.parse(rest.stdout).resumedFrom, ranges ? Math.min(there, SIZE - 1) : 0);
      }),
  );
}

peerTest(
  "get --http2 ← nginx: 100 files at once over connections that it ends after 40 requests each (GOAWAY)",
  ["nginx"],
  () =>
    withSite(async (folder, tls, cacert) => {
      const bytes = entityBytes(300_000, 3);
      const names = Array.from({ length: 100 }, (_, i) => `file${i}`);
      for (const [i, name] of names.entries()) await Deno.writeFile(`${folder}/root/${name}`, bytes.subarray(i));
      await using server = await startNginx(folder, { tls, http2: true, more: "keepalive_requests 40;" });
      const words = ["--http2", "--cacert", cacert, "--save", "--dir", "copy", "--parallel", "64", "--json", "-"];
      const stdin = names.map((name) => server.url + name).join("\n");
      const { code, stdout, stderr } = await runTool("get", words, { cwd: folder, stdin });
      assertEquals([code, stdout.trim().split("\n").length], [0, 100], stderr);
      for (const [i, name] of names.entries()) {
        assertEquals(await Deno.readFile(`${folder}/copy/${name}`), bytes.slice(i), name);
      }
    }),
);

peerTest(
  "get --http2 ← nginx: redirects, codings, slow answers, and one that speaks HTTP/1.1 only",
  ["nginx"],
  () =>
    withSite(async (folder, tls, cacert) => {
      const text = "hello\n".repeat(50_000);
      await Deno.writeTextFile(`${folder}/root/text.html`, text);
      const more = `gzip on; location /moved { return 302 /text.html; } location /loop { return 302 /loop; }
      location /slow { limit_rate 1k; alias ${folder}/root/text.html; }
      location /who { default_type text/plain; return 200 "$server_protocol $scheme $http_authorization|"; }`;
      const get = (url: string, ...args: string[]) =>
        runTool("get", ["--http2", "--cacert", cacert, "--retries", "0", ...args, url], { cwd: folder });
      {
        await using server = await startNginx(folder, { tls, http2: true, more });
        const moved = await get(`${server.url}moved`);
        assertEquals([moved.code, moved.stdout], [0, text]);
        assertMatch(moved.stderr, /^redirect \(302\) to https:\/\/localhost:\d+\/text.html\n$/);
        assertMatch((await get(`${server.url}loop`)).stderr, /redirect loop/);
        const coded = await get(`${server.url}text.html`, "--compressed", "--json");
        assertEquals([coded.code, coded.stdout], [0, text]);
        assertEquals(JSON.parse(coded.stderr).bytes, text.length);
        assertEquals((await get(`${server.url}text.html`, "--compressed", "--max-size", "1k")).code, 1);
        assertEquals((await get(`${server.url}who`, "-u", "me:s3")).stdout, "HTTP/2.0 https Basic bWU6czM=|");
        const slow = await get(`${server.url}slow`, "--stall", "300ms", "-o", "slow");
        assertMatch(slow.stderr, /(?:no data for|timed out after) 300ms \(phase: /);
        assertEquals([slow.code, exists(`${folder}/slow`)], [4, false]);
        assertEquals((await get(`${server.url}slow`, "--timeout", "300ms", "-o", "slow")).code, 4);
        assertEquals((await get(`${server.url}`, "--page", "-o", "page.html")).code, 1);
      }
      for (const how of [{ tls }, {}]) {
        await using server = await startNginx(folder, how);
        const { code, stderr } = await get(server.url);
        assertEquals(code, 3);
        assertMatch(stderr, /the server does not speak HTTP\/2\nhint: take HTTP\/1\.1\n$/);
      }
    }),
);

peerTest(
  "get --http2 ← nghttpd: what is sent comes back, and trailers are passed over",
  ["nghttpd"],
  () =>
    withSite(async (folder, tls, cacert) => {
      await using server = await startNghttpd(folder, { tls, args: ["--echo-upload", "--trailer=x-trailer: yes"] });
      const sent = entityBytes(300_000, 5);
      await Deno.writeFile(`${folder}/body`, sent);
      const words = ["--http2", "--cacert", cacert, "-d", "@body", "-o", "back", server.url];
      const { code, stderr } = await runTool("get", words, { cwd: folder });
      assertEquals([code, stderr], [0, ""]);
      assertEquals(await Deno.readFile(`${folder}/back`), sent);
    }),
);

peerTest(
  "get --http2 ← nginx, killed at five random points of 200 MB: the right file, and less than 5% of it twice",
  ["nginx"],
  () =>
    withSite(async (folder, tls, cacert) => {
      const size = 200_000_000;
      const block = entityBytes(1_000_000, 3);
      {
        using out = await Deno.open(`${folder}/root/big`, { write: true, create: true });
        for (let i = 0; i < size / block.length; i++) {
          block[0] = i & 255;
          for (let done = 0; done < block.length;) done += out.writeSync(block.subarray(done));
        }
      }
      await using server = await startNginx(folder, { tls, http2: true, rate: "40m" });
      let state = 42;
      const random = () => (state = Math.imul(state, 1103515245) + 12345 >>> 0) / 2 ** 32;
      const points = Array.from({ length: 5 }, () => Math.floor((0.02 + 0.93 * random()) * size)).sort((a, b) => a - b);
      const words = ["--http2", "--cacert", cacert, "--resume", "--save", "--quiet", `${server.url}big`];
      const resumed: number[] = [];
      for (const point of points) {
        // On a busy machine the file may be past the next point already: only growth tells that the requests were sent.
        const before = sizeOf(`${folder}/big.part`);
        await using tool = await startTool("get", words, { cwd: folder });
        await until(`${point} bytes`, () => sizeOf(`${folder}/big.part`) >= Math.max(point, before + 1));
        tool.process.kill("SIGKILL");
        assertEquals((await tool.process.status).signal, "SIGKILL");
        resumed.push(sizeOf(`${folder}/big.part`));
      }
      const last = await runTool("get", ["--json", ...words], { cwd: folder });
      assertEquals([last.code, last.stderr], [0, ""]);
      const { resumedFrom, httpVersion } = JSON.parse(last.stdout);
      assertEquals([resumedFrom, httpVersion], [resumed.at(-1), "2"]);
      assertEquals(await sha256sum(`${folder}/big`), await sha256sum(`${folder}/root/big`));
      const lines = await untilLogged(`${folder}/access.log`, 2 * points.length + 2);
      const twice = lines.reduce((sum, line) => sum + Number(line.split(" ")[1]), 0) - size;
      assertGreater(twice, -1);
      assertLess(twice / size, 0.05);
    }),
);

peerTest(
  "HTTP/2 ← nginx, cut and muted in 60 seeded ways: the right file or none, and a fitting error",
  ["nginx"],
  () =>
    withSite(async (folder) => {
      // More than is on its way at once: what is cut off is not here already.
      const bytes = entityBytes(12_000_000, 9);
      const right = await crypto.subtle.digest("SHA-256", bytes);
      await Deno.writeFile(`${folder}/root/file`, bytes);
      await Deno.utime(`${folder}/root/file`, 1_700_000_000, 1_700_000_000);
      await using server = await startNginx(folder, { http2: true });
      using relay = new Relay(new URL(server.url).host);
      let state = 7;
      const random = (below: number) => (state = Math.imul(state, 1103515245) + 12345 >>> 0) % below;
      let whole = 0;
      for (let round = 0; round < 60; round++) {
        using pool = new ConnectionPool();
        const faults = Array.from({ length: random(6) }, () => ({ at: random(bytes.length), mute: random(8) === 0 }))
          .sort((a, b) => a.at - b.at);
        const file = `${folder}/${round}`;
        const report = await tryDownload(`http://${relay.addr}/file`, { file }, {
          ...{ http2: true, pool: round % 2 === 0 ? pool : undefined, stall: 300, retries: 2, retryWait: 1 },
          onProgress: ({ bytes }) => {
            if (faults[0] === undefined || bytes < faults[0].at) return;
            if (faults.shift()?.mute) relay.mute();
            else relay.cut();
          },
        });
        const { error } = report;
        if (error === undefined) {
          assertEquals(await crypto.subtle.digest("SHA-256", await Deno.readFile(file)), right);
          await Deno.remove(file);
          whole++;
          continue;
        }
        assert(error instanceof ToucanError, String(error));
        assertMatch(error.code, /^(?:body-cut|connection-cut|connection-reset|stalled|timeout)$/);
        assertEquals(exists(file), false);
      }
      assertGreater(whole, 5);
      assertLess(whole, 60);
    }),
);

function exists(path: string): boolean {
  return sizeOf(path) > 0;
}
