import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dial, NetworkError, parseProxy, proxyFromEnvironment, ToucanError } from "../../../lib/core/mod.ts";
import { proxyForUrl, request } from "../../../lib/http/mod.ts";
import { octets, octetText, readUntil, scriptedServer } from "../../kit/raw.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const TARGET = { transport: "ip", host: "name.test", port: 25 } as const;
const GREETING = "220 hello";

/** Returns the data received through a proxy, or the error. */
async function through(proxy: string): Promise<string> {
  try {
    using connection = await dial(TARGET, { proxy: parseProxy(proxy), timeout: DEADLINE_MS });
    const room = new Uint8Array(100);
    const count = await connection.read(room);
    return octetText(room.subarray(0, count ?? 0));
  } catch (error) {
    return error instanceof ToucanError
      ? `${error.code}: ${error.message.replace(/^.* reports: /, "")}`
      : String(error);
  }
}

const ADDRESS = [127, 0, 0, 1, 0, 80];

/** Replies of a SOCKS server: to the methods, to user and password, to CONNECT; the greeting of the target follows. */
const SOCKS: readonly (readonly [
  what: string,
  replies: readonly (readonly number[])[],
  expected: string | RegExp,
  user?: string,
])[] = [
  ["an IPv4 address", [[5, 0], [5, 0, 0, 1, ...ADDRESS]], GREETING],
  ["an IPv6 address", [[5, 0], [5, 0, 0, 4, ...Array(16).fill(0), 0, 80]], GREETING],
  ["a name", [[5, 0], [5, 0, 0, 3, 4, 110, 97, 109, 101, 0, 80]], GREETING],
  ["an empty name", [[5, 0], [5, 0, 0, 3, 0, 0, 80]], GREETING],
  ["a name of 255 bytes", [[5, 0], [5, 0, 0, 3, 255, ...Array(255).fill(120), 0, 80]], GREETING],
  ["user and password", [[5, 2], [1, 0], [5, 0, 0, 1, ...ADDRESS]], GREETING, "u:p@"],
  ["a user that need not be", [[5, 0], [5, 0, 0, 1, ...ADDRESS]], GREETING, "u:p@"],
  ["SOCKS 4", [[0, 90]], /^proxy-failed: it does not speak SOCKS 5$/],
  ["HTTP", [[..."HTTP/1.1 400"].map((c) => c.charCodeAt(0))], /^proxy-failed: it does not speak SOCKS 5$/],
  ["no acceptable method", [[5, 255]], /^proxy-authentication: it requires a user and a password$/],
  ["no acceptable method for a user", [[5, 255]], /^proxy-authentication: it accepts none of the auth/, "u:p@"],
  ["a method that was not offered", [[5, 1]], /^proxy-failed: it selects the authentication method 1, which/],
  ["user and password unasked", [[5, 2]], /^proxy-failed: it selects the authentication method 2, which/],
  ["a wrong password", [[5, 2], [1, 1]], /^proxy-authentication: it rejected/, "u:p@"],
  ["another version for the password", [[5, 2], [5, 0]], /^proxy-failed: .* version 5 instead of 1$/, "u:p@"],
  ["another version in the reply", [[5, 0], [4, 0, 0, 1, ...ADDRESS]], /^proxy-failed: .* version 4 instead of 5$/],
  ["a SOCKS 4 reply", [[5, 0], [0, 90, 0, 80, 127, 0, 0, 1]], /^proxy-failed: .* version 0 instead of 5$/],
  ["a reserved byte", [[5, 0], [5, 0, 1, 1, ...ADDRESS]], /^proxy-failed: the reserved byte of its reply is 1/],
  ["address type 0", [[5, 0], [5, 0, 0, 0, ...ADDRESS]], /^proxy-failed: its reply has the unknown address type 0$/],
  ["address type 2", [[5, 0], [5, 0, 0, 2, ...ADDRESS]], /^proxy-failed: its reply has the unknown address type 2$/],
  ["address type 255", [[5, 0], [5, 0, 0, 255, ...ADDRESS]], /^proxy-failed: .* unknown address type 255$/],
  ["an unknown reply", [[5, 0], [5, 9, 0, 1, ...ADDRESS]], /^proxy-failed: unknown reply 9$/],
  ["a refusal without an address", [[5, 0], [5, 5]], /^connection-refused: connection refused$/],
  ["nothing", [], /^connection-cut: it closed the connection$/],
  ["one byte", [[5]], /^connection-cut: the proxy .* closed in the middle of a message$/],
  ["no reply", [[5, 0]], /^connection-cut: it closed the connection$/],
  ["half an address", [[5, 0], [5, 0, 0, 1, 127, 0]], /^connection-cut: the proxy .* closed in the middle/],
  ["half a name", [[5, 0], [5, 0, 0, 3, 9, 110]], /^connection-cut: the proxy .* closed in the middle/],
  ["no port", [[5, 0], [5, 0, 0, 1, 127, 0, 0, 1]], /^connection-cut: the proxy .* closed in the middle/],
];

Deno.test("SOCKS replies are read to the last byte, and each byte of them counts", async (t) => {
  for (const [what, replies, expected, user = ""] of SOCKS) {
    await t.step(what, async () => {
      await using proxy = scriptedServer(async (conn) => {
        const whole = expected === GREETING;
        for (const reply of replies) {
          await conn.read(new Uint8Array(600));
          await conn.write(Uint8Array.from(reply));
        }
        if (whole) await conn.write(octets(GREETING));
        else if (replies.length === 0) await conn.read(new Uint8Array(600));
      });
      const got = await through(`socks5h://${user}127.0.0.1:${proxy.port}`);
      if (typeof expected === "string") assertEquals(got, expected);
      else assertMatch(got, expected);
    });
  }
});

/** Heads of an HTTP proxy's response. */
const HTTP: readonly (readonly [what: string, head: string, expected: string | RegExp])[] = [
  ["no reason", "HTTP/1.1 200\r\n\r\n", GREETING],
  ["a folded field", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", GREETING],
  ["a blank before the colon", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", GREETING],
  ["a field without a colon", "HTTP/1.1 200 OK\r\ngarbage\r\n\r\n", /^proxy-failed: it sent an invalid header field$/],
  ["a field without a name", "HTTP/1.1 200 OK\r\n: b\r\n\r\n", /^proxy-failed: it sent an invalid header field$/],
  ["a fold before any field", "HTTP/1.1 200 OK\r\n b\r\n\r\n", /^proxy-failed: it sent an invalid header field$/],
  ["NUL in a field", "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", /^proxy-failed: it sent an invalid header field$/],
  ["a status below 100", "HTTP/1.1 099 OK\r\n\r\n", /^proxy-failed: it sent the invalid status 099$/],
  ["two digits", "HTTP/1.1 20 OK\r\n\r\n", /^proxy-failed: it does not speak HTTP$/],
  ["HTTP/2", "HTTP/2 200\r\n\r\n", /^proxy-failed: it does not speak HTTP$/],
  ["HTTP/0.9", "<html>\r\n\r\n", /^proxy-failed: it does not speak HTTP$/],
  ["a redirect", "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", /^proxy-refused: status 302 Found$/],
  ["half a head", "HTTP/1.1 200 OK\r\nA: b\r\n", /^connection-cut: it closed the connection$/],
  ["half a line", "HTTP/1.1 2", /^connection-cut: the proxy .* closed in the middle/],
];

Deno.test("responses to CONNECT are read to the empty line, and each line of them counts", async (t) => {
  for (const [what, head, expected] of HTTP) {
    await t.step(what, async () => {
      await using proxy = scriptedServer(async (conn) => {
        await readUntil(conn, /\r\n\r\n/);
        await conn.write(octets(expected === GREETING ? head + GREETING : head));
      });
      const got = await through(`http://127.0.0.1:${proxy.port}`);
      if (typeof expected === "string") assertEquals(got, expected);
      else assertMatch(got, expected);
    });
  }
});

Deno.test("a proxy that cannot be reached is named as the proxy", async (t) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closed = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  for (const scheme of ["http", "https", "socks5h", "socks5"]) {
    for (
      const [proxy, host, code, message] of [
        [closed, "127.0.0.1", "connection-refused", `cannot connect to the proxy ${closed}: connection refused`],
        ["no.invalid:1", "127.0.0.1", "name-not-found", "cannot look up the proxy no.invalid: the name does not exist"],
      ] as const
    ) {
      await t.step(`${scheme}://${proxy}`, async () => {
        const options = { proxy: parseProxy(`${scheme}://${proxy}`), timeout: DEADLINE_MS };
        const error = await assertRejects(() => dial({ ...TARGET, host }, options), NetworkError);
        assertEquals([error.code, error.message], [code, message]);
        // One that gets the request itself, and one that tunnels.
        for (const url of [`http://${host}:9/`, `https://${host}:9/`]) {
          const error = await assertRejects(() => request(url, options), NetworkError);
          assertEquals([error.code, error.message], [code, message], url);
        }
      });
    }
  }
});

Deno.test("a proxy that HTTP/2 cannot reach is named as the proxy", async (t) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closed = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  for (
    const [proxy, code, message] of [
      [`http://${closed}`, "connection-refused", `cannot connect to the proxy ${closed}: connection refused`],
      [`socks5://${closed}`, "connection-refused", `cannot connect to the proxy ${closed}: it cannot be reached`],
      [`socks5h://${closed}`, "connection-refused", `cannot connect to the proxy ${closed}: it cannot be reached`],
    ] as const
  ) {
    await t.step(proxy, async () => {
      const options = { proxy: parseProxy(proxy), timeout: DEADLINE_MS, http2: true };
      const error = await assertRejects(() => request("https://127.0.0.1:4433/", options), NetworkError);
      assertEquals([error.code, error.message], [code, message]);
    });
  }
});

Deno.test("the scheme of a proxy in the environment may have any case", () => {
  for (const scheme of ["http", "https", "socks5", "socks5h"] as const) {
    for (const written of [scheme, scheme.toUpperCase(), scheme[0]?.toUpperCase() + scheme.slice(1)]) {
      const value = `${written}://proxy.test:3128`;
      for (const name of ["ALL_PROXY", "all_proxy"]) {
        const environment = (asked: string) => asked === name ? value : undefined;
        assertEquals(proxyFromEnvironment("host.test", environment)?.scheme, scheme, value);
        assertEquals(proxyForUrl(new URL("http://host.test/"), environment)?.scheme, scheme, value);
      }
      for (const name of ["http_proxy", "https_proxy", "HTTPS_PROXY"]) {
        const url = new URL(`${name.slice(0, name.indexOf("_")).toLowerCase()}://host.test/`);
        assertEquals(proxyForUrl(url, (asked) => asked === name ? value : undefined)?.scheme, scheme, value);
      }
    }
  }
});
