import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { concat, parseAddress, selfSigned } from "../../lib/core/mod.ts";
import { ConnectionPool, decodedBody, type Handler, request, serveHttp } from "../../lib/http/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort, untilListening } from "../kit/port.ts";
import { DEADLINE_MS } from "../kit/wait.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });

interface Output {
  readonly code: number;
  readonly stdout: string;
}

async function run(program: string, args: readonly string[], stdin?: Uint8Array<ArrayBuffer>): Promise<Output> {
  const command = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "null" });
  await using process = command.spawn();
  const fed = new Blob([stdin ?? ""]).stream().pipeTo(process.stdin).catch(() => {});
  const [stdout, { code }] = await Promise.all([new Response(process.stdout).text(), process.status, fed]);
  return { code, stdout };
}

/** Says what it was asked and what came with it. */
const report: Handler = async ({ method, target, headers, body, version }) => {
  const bytes = await body.bytes(64 << 20);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const framing = headers.get("transfer-encoding") ?? headers.get("content-length") ?? "none";
  return {
    headers: { "Content-Type": "text/plain" },
    body: `${version} ${method} ${target} ${framing} ${bytes.length} ${digest}\n`,
  };
};

const PAYLOAD = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 2654435761) >>> 11);
const digest = async () => new Uint8Array(await crypto.subtle.digest("SHA-256", PAYLOAD)).toHex();

peerTest(
  "curl asks our server: methods, uploads with and without a length, 1.0, one connection for several",
  ["curl"],
  async () => {
    await using server = serveHttp(ANY, report);
    const url = `http://${server.address}`;
    const curl = async (args: readonly string[], stdin?: Uint8Array<ArrayBuffer>) => {
      const { code, stdout } = await run("curl", ["--silent", "--show-error", "--max-time", "20", ...args], stdin);
      assertEquals(code, 0, args.join(" "));
      return stdout;
    };
    const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assertEquals(await curl([`${url}/a?b`]), `1.1 GET /a?b none 0 ${nothing}\n`);
    assertEquals(await curl(["--http1.0", `${url}/`]), `1.0 GET / none 0 ${nothing}\n`);
    assertMatch(await curl(["--head", `${url}/`]), /^HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)+\r\n$/);
    assertEquals(await curl(["--data", "abc", `${url}/`]).then((text) => text.slice(0, 16)), "1.1 POST / 3 3 b");
    // With these curl asks by Expect before it sends, and sends chunks.
    assertEquals(
      await curl(["--upload-file", "-", `${url}/up`], PAYLOAD),
      `1.1 PUT /up chunked ${PAYLOAD.length} ${await digest()}\n`,
    );
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeFile(`${folder}/f`, PAYLOAD);
      const asked = ["--header", "Expect: 100-continue", "--upload-file", `${folder}/f`, `${url}/up`];
      assertEquals(await curl(asked), `1.1 PUT /up ${PAYLOAD.length} ${PAYLOAD.length} ${await digest()}\n`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    const several = await curl(["--write-out", "%{num_connects} ", `${url}/1`, `${url}/2`, `${url}/3`]);
    assertEquals(several.match(/[01] (?=1\.1|$)/g), ["1 ", "0 ", "0 "]);
  },
);

peerTest("curl asks our TLS server, and trusts its pin", ["curl"], async () => {
  const pair = await selfSigned();
  await using server = serveHttp(ANY, report, { tls: pair });
  const ask = (pin: string) =>
    run("curl", [
      "--silent",
      "--insecure",
      "--http1.1",
      "--pinnedpubkey",
      pin.replace("sha256:", "sha256//"),
      `https://${server.address}/`,
    ]);
  assertMatch((await ask(pair.pin)).stdout, /^1\.1 GET \/ none 0 /);
  assertEquals((await ask(`sha256:${"A".repeat(43)}=`)).code, 90);
});

peerTest("Python's http.client asks our server: kept connections, chunks both ways", ["python3"], async () => {
  const handler: Handler = (request) => {
    if (request.target !== "/stream") return report(request);
    async function* stream() {
      for (let i = 0; i < 50; i++) yield await Promise.resolve(new TextEncoder().encode(`line ${i}\n`));
    }
    return { body: stream() };
  };
  await using server = serveHttp(ANY, handler);
  const script = `
import http.client, sys
c = http.client.HTTPConnection("127.0.0.1", ${server.port}, timeout=20)
def show(method, path, **more):
    c.request(method, path, **more)
    r = c.getresponse()
    body = r.read()
    print(r.status, r.version, len(body), body[:24].decode())
show("GET", "/one")
socket = c.sock
show("HEAD", "/two")
show("POST", "/three", body=b"abc")
show("PUT", "/four", body=iter([b"abc", b"defg"]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
show("GET", "/stream")
print("kept" if c.sock is socket else "not kept")
`;
  const { stdout } = await run("python3", ["-c", script]);
  assertEquals(
    stdout.split("\n").map((line) => line.slice(0, 30)),
    [
      "200 11 85 1.1 GET /one none 0 ",
      "200 11 0 ",
      "200 11 85 1.1 POST /three 3 3 ",
      "200 11 89 1.1 PUT /four chunke",
      "200 11 390 line 0",
      "line 1",
      "line 2",
      "lin",
      "kept",
      "",
    ].map((line) => line.slice(0, 30)),
  );
});

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function serving(
  program: string,
  args: readonly string[],
  port: number,
  use: () => Promise<void>,
): Promise<void> {
  const process = new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" }).spawn();
  try {
    await untilListening(port, process);
    await use();
  } finally {
    process.kill("SIGTERM");
    await process.status;
  }
}

/** Reads a body in pieces of 256 KiB. */
async function whole(url: string, options: Parameters<typeof request>[1] = {}): Promise<[number, Uint8Array, boolean]> {
  using response = await request(url, { timeout: DEADLINE_MS, ...options });
  const pieces: Uint8Array[] = [];
  const into = new Uint8Array(256 * 1024);
  for (let count = await response.body.read(into); count !== null; count = await response.body.read(into)) {
    pieces.push(into.slice(0, count));
  }
  return [response.status, concat(pieces), response.phases.reused === true];
}

peerTest("our client asks python3 -m http.server", ["python3"], async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/f`, PAYLOAD);
    const port = freePort();
    await serving(
      "python3",
      ["-m", "http.server", "--bind", "127.0.0.1", "--directory", folder, `${port}`],
      port,
      async () => {
        using pool = new ConnectionPool();
        const [status, bytes] = await whole(`http://127.0.0.1:${port}/f`, { pool });
        assertEquals([status, bytes.length], [200, PAYLOAD.length]);
        assert(bytes.every((octet, i) => octet === PAYLOAD[i]));
        assertEquals((await whole(`http://127.0.0.1:${port}/none`, { pool }))[0], 404);
        using head = await request(`http://127.0.0.1:${port}/f`, { method: "HEAD" });
        assertEquals([head.status, head.length, head.version], [200, PAYLOAD.length, "1.0"]);
      },
    );
  });
});

peerTest("our client asks nginx: kept connections, ranges, chunks, gzip, TLS, errors", ["nginx"], async () => {
  await withFolder(async (folder) => {
    const { cert, key } = await makeCertificate();
    const [port, tlsPort] = [freePort(), freePort()];
    await Deno.mkdir(`${folder}/root`);
    const text = "some text that is worth to be compressed\n".repeat(5000);
    await Promise.all([
      Deno.writeFile(`${folder}/root/f`, PAYLOAD),
      Deno.writeTextFile(`${folder}/root/t.html`, text),
      Deno.writeTextFile(`${folder}/cert.pem`, cert),
      Deno.writeTextFile(`${folder}/key.pem`, key),
    ]);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
      `${name}_temp_path ${folder}/${name};`
    );
    await Deno.writeTextFile(
      `${folder}/nginx.conf`,
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
       events { worker_connections 100; }
       http {
         access_log off; ${temporary.join(" ")} types { text/html html; } gzip on; gzip_min_length 1;
         server {
           listen 127.0.0.1:${port}; listen 127.0.0.1:${tlsPort} ssl;
           ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
           root ${folder}/root; client_max_body_size 1k;
         }
       }`,
    );
    await serving(
      "nginx",
      ["-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`],
      port,
      async () => {
        using pool = new ConnectionPool();
        const url = `http://127.0.0.1:${port}`;
        for (const reused of [false, true]) {
          const [status, bytes, again] = await whole(`${url}/f`, { pool });
          assertEquals([status, bytes.length, again], [200, PAYLOAD.length, reused]);
          assert(bytes.every((octet, i) => octet === PAYLOAD[i]));
        }
        using part = await request(`${url}/f`, { pool, headers: { Range: "bytes=1000-1009" } });
        assertEquals([part.status, part.headers.get("content-range"), part.length], [
          206,
          `bytes 1000-1009/${PAYLOAD.length}`,
          10,
        ]);
        assertEquals(await part.body.bytes(10), PAYLOAD.slice(1000, 1010));
        using zipped = await request(`${url}/t.html`, { pool, headers: { "Accept-Encoding": "gzip" } });
        assertEquals([zipped.headers.get("content-encoding"), zipped.headers.get("transfer-encoding"), zipped.length], [
          "gzip",
          "chunked",
          undefined,
        ]);
        assertEquals(new TextDecoder().decode(concat(await Array.fromAsync(decodedBody(zipped, 1 << 20)))), text);
        const [status, , reused] = await whole(`https://localhost:${tlsPort}/f`, { pool, tls: { caCerts: [cert] } });
        assertEquals([status, reused], [200, false]);
        assertEquals((await whole(`https://localhost:${tlsPort}/f`, { pool, tls: { caCerts: [cert] } })).slice(2), [
          true,
        ]);
        // It says no as soon as it has seen how much is to come.
        using tooMuch = await request(`${url}/f`, { method: "PUT", body: PAYLOAD, expectContinue: true });
        assertEquals(tooMuch.status, 413);
        using unasked = await request(`${url}/f`, { method: "PUT", body: PAYLOAD });
        assertEquals(unasked.status, 413);
        assertStringIncludes(await unasked.body.text(10_000), "413");
      },
    );
  });
});
