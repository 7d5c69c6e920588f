import { assertEquals, assertMatch } from "@std/assert";
import { X509Certificate } from "../../lib/deps/x509.ts";
import { type CertificateWish, makeCertificate } from "../kit/certificates.ts";
import { echoServer } from "../kit/echo_tls.ts";
import { withFolder } from "../kit/folder.ts";
import { impostor } from "../kit/impostor.ts";
import { freePort } from "../kit/port.ts";
import { runTool } from "../kit/tool.ts";

/** Invalid command lines, and their error messages. */
const SENSELESS: readonly (readonly [line: string, message: RegExp])[] = [
  ["connect", /^toucan tcp: ADDRESS is missing: expected HOST:PORT, \[V6\]:PORT or unix:\/path$/],
  [
    "connect localhost",
    /"localhost" has no port: write localhost:PORT; expected HOST:PORT, \[V6\]:PORT or unix:\/path$/,
  ],
  ["connect localhost:0", /port "0" is not a number from 1 to 65535; expected /],
  ["connect localhost:70000", /port "70000" is not a number from 1 to 65535; expected /],
  ["connect localhost:nonsense", /port "nonsense" is not a number from 1 to 65535, nor the name of a common service/],
  ["connect ::1:80", /"::1:80" is an IPv6 address without a port: write \[::1:80\]:PORT; expected /],
  ["connect a:b:80", /"a:b:80" has more than one colon: write an IPv6 address in brackets/],
  ["connect [::1:80", /"\[::1:80" has/],
  ["connect unix:", /"unix:" has no path: write unix:\/path; expected /],
  ["connect localhost:80 more", /"more" is one operand too many: only ADDRESS is accepted$/],
  ["connect localhost 80", /"80" is one operand too many: only ADDRESS is accepted\nhint: write localhost:80$/],
  ["connect ::1 80", /"80" is one operand too many: only ADDRESS is accepted\nhint: write \[::1\]:80$/],
  ["connect -z localhost:80", /unknown option -z\nhint: use toucan tcp check HOST:PORT/],
  ["connect localhost:80 -4 --from ::1", /the source address ::1 is not an IPv4 address$/],
  ["check :80", /":80" has no host; expected /],
  ["check ::1:80", /"::1:80" is an IPv6 address without a port: /],
  ["listen http", /"http" has no port: write http:PORT, or :http for the port of that service; expected /],
  ["listen 127.0.0.1 80", /"80" is one operand too many: .*\nhint: write 127\.0\.0\.1:80$/],
  ["listen -z 9000", /unknown option -z\nhint: use toucan tcp check HOST:PORT/],
  ["connect localhost:80 --idle", /option --idle requires a value: a number with ms, s, m or h/],
  ["connect localhost:80 --idle 5x", /option --idle: "5x" is not a duration; expected a number with ms, s, m or h/],
  [
    "connect localhost:80 --idle 0s",
    /option --idle: invalid duration "0s": must be greater than zero; expected a number with/,
  ],
  ["connect localhost:80 --timeout -1s", /option --timeout requires a value: a number with/],
  [
    "connect localhost:80 --rate fast",
    /option --rate: "fast" is not a (?:rate|size); expected a size per second above zero/,
  ],
  ["connect localhost:80 --rate 0", /option --rate: "0" is .*; expected a size per second above zero/],
  [
    "connect localhost:80 --tls --pin abc",
    /option --pin: "abc" is not a pin; expected sha256: and the Base64 of a SHA-256$/,
  ],
  ["connect localhost:80 --tls --pin sha256:AAA", /option --pin: .*; expected sha256: and the Base64/],
  ["connect localhost:80 --pin sha256:AAA", /option --pin: /],
  ["connect localhost:80 --tls --alpn=", /option --alpn: invalid list ""; expected names separated by commas/],
  ["connect localhost:80 --tls --alpn a,,b", /option --alpn: invalid list "a,,b"; expected names/],
  [`listen 9000 --tls --alpn ${"a".repeat(256)}`, /option --alpn: invalid list "a+"; expected names/],
  [
    "connect localhost:80 --tls --sni=",
    /option --sni: "" is not a host name$/,
  ],
  ["connect localhost:80 --tls --sni a..b", /option --sni: invalid host name "a\.\.b"; expected a host name$/],
  [`connect localhost:80 --tls --sni ${"a".repeat(64)}`, /option --sni: invalid host name "a+"; expected a host name$/],
  [
    "connect localhost:80 --tls --sni a/b",
    /option --sni: "a\/b" is not a host name$/,
  ],
  ["connect localhost:80 --insecure", /option --insecure requires --tls$/],
  [
    "connect localhost:80 --proxy ftp://x",
    /option --proxy: .*; expected \[http:\/\/\]\[USER:PASSWORD@\]HOST\[:PORT\], https/,
  ],
  ["connect localhost:80 -4 -6", /--ipv4 cannot be combined with --ipv6$/],
  ["connect localhost:80 --send-only --receive-only", /--send-only cannot be combined with --receive-only$/],
  ["connect localhost:80 --dump=", /option --dump: invalid path ""; expected the path of a file$/],
  ["connect localhost:80 --json=maybe", /option --json accepts no value, but was given "maybe"$/],
  ["connect unix:/tmp/x --tls", /a unix socket cannot be combined with TLS or a proxy$/],
  ["connect localhost:80 --keep", /unknown option --keep$/],
  ["listen", /ADDRESS is missing: expected \[HOST:\]PORT or unix:\/path$/],
  ["listen 65536", /port "65536" is not a number from 0 to 65535; expected \[HOST:\]PORT/],
  ["listen 9000 --broadcast", /--broadcast requires --keep$/],
  ["listen 9000 --max-connections 0", /option --max-connections: "0" is not a whole number from 1 to 100000$/],
  ["listen 9000 --keep --max-connections 5", /option --max-connections requires --broadcast$/],
  ["listen 9000 --tls --cert c.pem --tls-dir d", /--cert cannot be combined with --tls-dir$/],
  [
    "listen 9000 --tls --cert c.pem",
    /a server requires both a certificate and its private key\nhint: specify both --cert and --key$/,
  ],
  ["listen 9000 --cert c.pem", /option --cert requires --tls$/],
  ["listne 9000", /unknown verb "listne"$/],
];

for (const [line, message] of SENSELESS) {
  Deno.test(`tcp ${line}: rejected in one line`, async () => {
    const { code, stdout, stderr } = await runTool("tcp", line.split(" "));
    const [first = "", ...more] = stderr.trimEnd().split("\n");
    assertMatch(message.source.includes("hint:") ? stderr.trimEnd() : first, message);
    assertMatch(first, /^toucan tcp: /);
    assertEquals(more.filter((line) => !line.startsWith("hint: ")), []);
    assertEquals([code, stdout], [2, ""]);
  });
}

/** Returns exit code and error code of the record on stderr. */
async function failure(...args: readonly string[]): Promise<[code: number, error: string]> {
  const { code, stdout, stderr } = await runTool("tcp", ["connect", "--json", ...args], { stdin: "secret" });
  assertEquals(stdout, "");
  const record: { event: string; peer: string; error: { code: string } } = JSON.parse(stderr.split("\n")[0] ?? "");
  assertEquals(record.event, "connection");
  return [code, record.error.code];
}

Deno.test("tcp connect: error codes of failures", async (t) => {
  await t.step("a name that does not exist", async () => {
    assertEquals(await failure("no-such-name.invalid:80"), [3, "name-not-found"]);
  });
  await t.step("no listener", async () => {
    assertEquals(await failure(`127.0.0.1:${freePort()}`), [3, "connection-refused"]);
  });
  await t.step("no socket there", async () => {
    assertEquals(await failure("unix:/no/such/socket"), [5, "file-not-found"]);
  });
  await t.step("silent server", async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = `127.0.0.1:${listener.addr.port}`;
    assertEquals(await failure("--tls", "--timeout", "300ms", address), [4, "timeout"]);
  });
  await t.step("no file with authorities", async () => {
    assertEquals((await runTool("tcp", ["connect", "--tls", "--cacert", "no/such.pem", "localhost:1"])).code, 5);
  });
  const certificates: readonly (readonly [CertificateWish, string])[] = [
    [{ names: ["other.test"] }, "tls-name-mismatch"],
    [{ days: [-9, -2] }, "tls-expired"],
    [{ days: [2, 9] }, "tls-not-yet-valid"],
  ];
  for (const [wish, expected] of certificates) {
    await t.step(expected, () =>
      withFolder(async (folder) => {
        const certificate = await makeCertificate(wish);
        await Deno.writeTextFile(`${folder}/ca.pem`, certificate.cert);
        await using server = echoServer(certificate);
        const result = await failure("--tls", "--cacert", `${folder}/ca.pem`, `localhost:${server.port}`);
        assertEquals([result, server.received], [[3, expected], []]);
      }));
  }
  await t.step("unknown authority", async () => {
    await using server = echoServer(await makeCertificate());
    assertEquals(await failure("--tls", `localhost:${server.port}`), [3, "tls-unknown-issuer"]);
  });
  await t.step("the wrong pin", async () => {
    const [one, other] = [await makeCertificate(), await makeCertificate()];
    await using server = echoServer(one);
    assertEquals(await failure("--tls", "--pin", other.pin, `localhost:${server.port}`), [3, "pin-mismatch"]);
    assertEquals(server.received, []);
  });
});

Deno.test("tcp connect --pin: rejects the pinned certificate with another key before a byte is sent", async () => {
  for (const names of [["host.lan"], ["host.test"]]) {
    const pinned = await makeCertificate({ names });
    const other = await makeCertificate({ names });
    const der = new Uint8Array(new X509Certificate(pinned.cert).rawData);
    const args = ["connect", "--tls", "--pin", pinned.pin];
    const thief = impostor(der, other.keys.privateKey);
    assertEquals((await runTool("tcp", [...args, `localhost:${thief.port}`], { stdin: "secret" })).code, 3);
    assertEquals((await thief.reactions()).includes("went on"), false);
    // Control: with the right key the same server succeeds.
    const honest = impostor(der, pinned.keys.privateKey);
    await runTool("tcp", [...args, `localhost:${honest.port}`], { stdin: "secret" });
    assertEquals((await honest.reactions()).includes("went on"), true);
  }
});
