import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  dial,
  type HostAddress,
  interleave,
  NetworkError,
  parseAddress,
  parseProxy,
  type Proxy,
  proxyFromEnvironment,
  race,
  selfSigned,
  TimeoutError,
  ToucanError,
  type TraceEvent,
  UsageError,
} from "../../../lib/core/mod.ts";
import { testProxy } from "../../kit/proxy.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const v4 = (n: number): HostAddress => ({ address: `192.0.2.${n}`, family: 4 });
const v6 = (n: number): HostAddress => ({ address: `2001:db8::${n}`, family: 6 });

Deno.test("families take turns, beginning with the first address's", () => {
  assertEquals(interleave([v6(1), v6(2), v6(3), v4(1)]), [v6(1), v4(1), v6(2), v6(3)]);
  assertEquals(interleave([v4(1), v6(1), v6(2)]), [v4(1), v6(1), v6(2)]);
  assertEquals(interleave([]), []);
});

Deno.test("a race is won by the first to answer; the others are stopped, and closed when they come late", async () => {
  const late = Promise.withResolvers<string>();
  const discarded: string[] = [];
  const stopped: string[] = [];
  const started: string[] = [];
  const won = await race<string>([v6(1), v4(1), v4(2)], {
    delay: 1,
    signal: new AbortController().signal,
    discard: (connection) => void discarded.push(connection),
    connect: ({ address }, signal) => {
      started.push(address);
      signal.addEventListener("abort", () => stopped.push(address));
      return address === v6(1).address ? late.promise : Promise.resolve(`to ${address}`);
    },
  });
  assertEquals(won, "to 192.0.2.1");
  assertEquals(started, [v6(1).address, v4(1).address]);
  assertEquals(stopped, started);
  late.resolve("late");
  await late.promise;
  assertEquals(discarded, ["late"]);
});

Deno.test("an address that fails at once does not delay the next", async () => {
  const started: string[] = [];
  const options = {
    delay: 1e6,
    signal: new AbortController().signal,
    discard: () => {},
    connect: ({ address }: HostAddress) => {
      started.push(address);
      return Promise.reject(new Error(address));
    },
  };
  const error = await assertRejects(() => race([v6(1), v4(1)], options), AggregateError);
  assertEquals(error.errors.map(({ message }: Error) => message), started);
});

Deno.test("a race ends with its signal", async () => {
  const controller = new AbortController();
  const racing = race([v4(1)], {
    signal: controller.signal,
    discard: () => {},
    connect: () => new Promise<never>(() => {}),
  });
  controller.abort(new Error("enough"));
  await assertRejects(() => racing, Error, "enough");
});

Deno.test("a name with several addresses reaches the one that listens", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  using connection = await dial(parseAddress(`localhost:${listener.addr.port}`), { timeout: DEADLINE_MS });
  assertEquals(connection.remote, `127.0.0.1:${listener.addr.port}`);
  (await accepted).close();
});

Deno.test("each way to fail has a code of its own", async (t) => {
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cases: [string, () => Promise<unknown>, string][] = [
    ["refused", () => dial(parseAddress(`127.0.0.1:${port}`)), "connection-refused"],
    ["refused on all addresses", () => dial(parseAddress(`localhost:${port}`)), "connection-refused"],
    ["no such name", () => dial(parseAddress("no-such-name.invalid:80")), "name-not-found"],
    ["the wrong family", () => dial(parseAddress("127.0.0.1:80"), { family: 6 }), "name-not-found"],
    ["a silent server", () => dial(parseAddress(`127.0.0.1:${silent.addr.port}`), { tls: {}, timeout: 50 }), "timeout"],
    ["no such socket", () => dial(parseAddress("unix:/no/such/socket")), "file-not-found"],
    ["TLS on a unix socket", () => dial(parseAddress("unix:/no/such/socket"), { tls: {} }), "usage"],
  ];
  for (const [name, attempt, code] of cases) {
    await t.step(name, async () => assertEquals((await assertRejects(attempt, ToucanError)).code, code));
  }
  silent.close();
});

Deno.test("the caller's signal ends dialling with its reason", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const signal = AbortSignal.abort(new Error("not now"));
  await assertRejects(() => dial(parseAddress(`127.0.0.1:${listener.addr.port}`), { signal }), Error, "not now");
  await assertRejects(
    () => dial(parseAddress(`127.0.0.1:${listener.addr.port}`), { tls: {}, timeout: 20 }),
    TimeoutError,
  );
});

Deno.test("a proxy is read from a URL, and its password is not repeated", () => {
  const cases: Record<string, Partial<Proxy>> = {
    "http://proxy": { scheme: "http", address: { transport: "ip", host: "proxy", port: 8080 } },
    "proxy:80": { scheme: "http", address: { transport: "ip", host: "proxy", port: 80 } },
    "u:p@proxy": { scheme: "http", address: { transport: "ip", host: "proxy", port: 8080 }, user: "u", password: "p" },
    "[::1]:80": { scheme: "http", address: { transport: "ip", host: "::1", port: 80 } },
    "HTTPS://proxy": { scheme: "https", address: { transport: "ip", host: "proxy", port: 443 } },
    "socks5://[::1]:9": { scheme: "socks5", address: { transport: "ip", host: "::1", port: 9 } },
    "http://proxy:80/path?query": { scheme: "http", address: { transport: "ip", host: "proxy", port: 80 } },
    "socks5h://u:p%40:w@proxy/": {
      scheme: "socks5h",
      address: { transport: "ip", host: "proxy", port: 1080 },
      user: "u",
      password: "p@:w",
    },
  };
  for (const [text, proxy] of Object.entries(cases)) {
    assertEquals(parseProxy(text), { user: undefined, password: undefined, ...proxy } as Proxy);
  }
  for (
    const text of ["", "u:secret@", "u:secret@proxy:0", "u:secret", "ftp://proxy", "http://u:se/secret@proxy/path"]
  ) {
    const error = assertThrows(() => parseProxy(text), UsageError);
    assert(!error.message.includes("secret"));
  }
});

Deno.test("the environment's proxy is bypassed for hosts on the list", () => {
  const get = (noProxy: string) => (name: string) => ({ ALL_PROXY: "socks5://proxy", no_proxy: noProxy })[name];
  for (const list of ["", "other.test", "est", "xexample.test"]) {
    assert(proxyFromEnvironment("example.test", get(list)), list);
  }
  for (const list of ["*", "example.test", "test", ".test", "*.test", "a, Example.Test"]) {
    assertEquals(proxyFromEnvironment("www.example.test".slice(list.includes("xample") ? 4 : 0), get(list)), undefined);
  }
});

Deno.test("through a proxy", async (t) => {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = server.addr;
  const through = async (proxy: string, tls?: { pin: string }, to = `name.test:${port}`) => {
    const traced: TraceEvent[] = [];
    using connection = await dial(parseAddress(to), {
      proxy: parseProxy(proxy),
      timeout: DEADLINE_MS,
      tls,
      trace: (event) => void traced.push(event),
    });
    const buffer = new Uint8Array(64);
    const count = await connection.read(buffer) ?? 0;
    return new TextDecoder().decode(buffer.subarray(0, count));
  };
  // The server speaks first: what it says must not get lost behind the proxy's answer.
  const greet = (async () => {
    for await (const conn of server) {
      await conn.write(new TextEncoder().encode("220 hello")).catch(() => {});
      conn.close();
    }
  })();
  for (const scheme of ["socks5", "http"] as const) {
    const url = scheme === "socks5" ? "socks5h" : "http";
    await t.step(`${scheme}: the proxy gets the name`, async () => {
      await using proxy = testProxy({ scheme });
      assertEquals(await through(`${url}://127.0.0.1:${proxy.port}`), "220 hello");
      assertEquals(proxy.asked, [`name.test:${port}`]);
    });
    await t.step(`${scheme}: the proxy gets a name as it goes over the wire, or none`, async () => {
      await using proxy = testProxy({ scheme });
      const address = `${url}://127.0.0.1:${proxy.port}`;
      assertEquals(await through(address, undefined, `bücher.test:${port}`), "220 hello");
      assertEquals(proxy.asked, [`xn--bcher-kva.test:${port}`]);
      // More than SOCKS can count, and than any name has.
      const host = `${"x".repeat(50)}.`.repeat(6) + "test";
      const long = () => dial({ transport: "ip", host, port }, { proxy: parseProxy(address), timeout: DEADLINE_MS });
      if (scheme === "socks5") assertEquals((await assertRejects(long, NetworkError)).code, "name-too-long");
    });
    await t.step(`${scheme}: with user and password`, async () => {
      await using proxy = testProxy({ scheme, credentials: ["me", "secret word"] });
      assertEquals(await through(`${url}://me:secret%20word@127.0.0.1:${proxy.port}`), "220 hello");
      const wrong = () => through(`${url}://me:wrong@127.0.0.1:${proxy.port}`);
      const error = await assertRejects(wrong, NetworkError);
      assertEquals(error.code, "proxy-authentication");
      assert(!error.message.includes("wrong@"));
      if (scheme === "http") await assertRejects(() => through(`${url}://127.0.0.1:${proxy.port}`), NetworkError);
    });
  }
  await t.step("socks5: the name is looked up here", async () => {
    await using proxy = testProxy({ scheme: "socks5" });
    assertEquals(await through(`socks5://127.0.0.1:${proxy.port}`, undefined, `localhost:${port}`), "220 hello");
    assertEquals(/^(127\.0\.0\.1|[\d.]{20,}):/.test(proxy.asked[0] ?? ""), true);
  });
  const answers: [string, "socks5" | "http", Uint8Array<ArrayBuffer>, string][] = [
    ["socks5 refuses", "socks5", Uint8Array.of(5, 5, 0, 1, 0, 0, 0, 0, 0, 0), "connection-refused"],
    ["socks5 forbids", "socks5", Uint8Array.of(5, 2, 0, 1, 0, 0, 0, 0, 0, 0), "proxy-refused"],
    ["socks5 is cut", "socks5", Uint8Array.of(5, 0, 0), "connection-cut"],
    ["http forbids", "http", new TextEncoder().encode("HTTP/1.1 403 Forbidden\r\n\r\n"), "proxy-refused"],
    ["http is none", "http", new TextEncoder().encode("SSH-2.0-x\r\n"), "proxy-failed"],
    [
      "http has no end",
      "http",
      new TextEncoder().encode("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(1200)),
      "proxy-failed",
    ],
    ["http has a long line", "http", new TextEncoder().encode("HTTP/1.1 200 " + "x".repeat(9000)), "line-too-long"],
  ];
  for (const [name, scheme, answer, code] of answers) {
    await t.step(name, async () => {
      await using proxy = testProxy({ scheme, answer });
      const url = scheme === "http" ? "http" : "socks5h";
      const error = await assertRejects(() => through(`${url}://127.0.0.1:${proxy.port}`), ToucanError);
      assertEquals(error.code, code);
    });
  }
  await t.step("TLS goes through it, with a pin", async () => {
    const pair = await selfSigned();
    const secure = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...pair });
    const served = (async () => {
      for await (const conn of secure) {
        await conn.write(new TextEncoder().encode("220 secure")).catch(() => {});
        conn.close();
      }
    })();
    await using proxy = testProxy({ scheme: "http" });
    const url = `http://127.0.0.1:${proxy.port}`;
    assertEquals(await through(url, { pin: pair.pin }, `name.test:${secure.addr.port}`), "220 secure");
    secure.close();
    await served;
  });
  server.close();
  await greet;
});
