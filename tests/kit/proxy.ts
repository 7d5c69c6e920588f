import { ByteReader, closeQuietly, type KeyPair } from "../../lib/core/mod.ts";

/** Behaviour of a proxy for tests. */
export interface ProxyScript {
  /** Protocol: SOCKS 5 or HTTP. */
  readonly scheme: "socks5" | "http";
  /** Certificate of a proxy that is contacted over TLS. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** Required user and password. */
  readonly credentials?: readonly [user: string, password: string];
  /** Bytes that it sends in response, instead of connecting. */
  readonly answer?: Uint8Array<ArrayBuffer>;
}

/** A small proxy on loopback that records its targets. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** Requested targets, as `host:port`. */
  readonly asked: readonly string[];
}

/** Starts a proxy. */
export function testProxy(script: ProxyScript): TestProxy {
  const where = { hostname: "127.0.0.1", port: 0 };
  const listener = script.tls ? Deno.listenTls({ ...where, ...script.tls }) : Deno.listen(where);
  const asked: string[] = [];
  const open = new Set<Promise<void>>();
  const serve = async (conn: Deno.Conn) => {
    try {
      const target = await (script.scheme === "http" ? http : socks)(conn, script);
      if (target === undefined) return;
      asked.push(`${target.hostname}:${target.port}`);
      if (script.answer) return void await conn.write(script.answer);
      const upstream = await Deno.connect({ hostname: "127.0.0.1", port: target.port });
      await conn.write(target.granted);
      await Promise.all([conn.readable.pipeTo(upstream.writable), upstream.readable.pipeTo(conn.writable)]);
    } catch {
      // A client that has disconnected.
    } finally {
      closeQuietly(conn);
    }
  };
  const loop = (async () => {
    for await (const conn of listener) open.add(serve(conn));
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await loop;
      await Promise.all(open);
    },
  };
}

interface Target {
  readonly hostname: string;
  readonly port: number;
  readonly granted: Uint8Array<ArrayBuffer>;
}

async function socks(conn: Deno.Conn, { credentials }: ProxyScript): Promise<Target | undefined> {
  const reader = new ByteReader(conn, "client");
  const take = async (size: number) => await reader.readExactly(size) ?? new Uint8Array(size);
  const text = async () => new TextDecoder().decode(await take((await take(1))[0] ?? 0));
  const [, count = 0] = await take(2);
  await take(count);
  await conn.write(Uint8Array.of(5, credentials ? 2 : 0));
  if (credentials) {
    await take(1);
    const right = await text() === credentials[0] && await text() === credentials[1];
    await conn.write(Uint8Array.of(1, right ? 0 : 1));
    if (!right) return undefined;
  }
  const [, , , kind] = await take(4);
  const hostname = kind === 3 ? await text() : (await take(kind === 4 ? 16 : 4)).join(".");
  const [high = 0, low = 0] = await take(2);
  return { hostname, port: high << 8 | low, granted: Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0) };
}

async function http(conn: Deno.Conn, { credentials }: ProxyScript): Promise<Target | undefined> {
  const reader = new ByteReader(conn, "client");
  const lines: string[] = [];
  for (let line = await reader.readLine(1000); line && line.length > 0; line = await reader.readLine(1000)) {
    lines.push(new TextDecoder().decode(line));
  }
  const encode = (text: string) => new TextEncoder().encode(text);
  const wanted = credentials && `Proxy-Authorization: Basic ${btoa(credentials.join(":"))}`;
  if (wanted && !lines.includes(wanted)) {
    await conn.write(encode("HTTP/1.1 407 No\r\n\r\n"));
    return undefined;
  }
  const [, hostname = "", port] = /^CONNECT (.*):(\d+) HTTP\/1\.1$/.exec(lines[0] ?? "") ?? [];
  return { hostname, port: Number(port), granted: encode("HTTP/1.1 200 OK\r\nX: y\r\n\r\n") };
}
