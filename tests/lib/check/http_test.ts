import { makeCertificate } from "../../kit/certificates.ts";
import { type CheckedSetup, testSetups } from "../../kit/check_setup.ts";
import { STALLED } from "../../kit/check_stalled.ts";
import { dayFromNow } from "../../kit/days.ts";
import { scriptedHttp2 } from "../../kit/http2_server.ts";
import { nameServerAt } from "../../../lib/dns/internal.ts";
import { nameServerOn, namesOf } from "../../kit/check_names.ts";
import { freePort, freeUdpPort } from "../../kit/port.ts";
import { octets, readUntil, scriptedServer } from "../../kit/raw.ts";
import { closeQuietly } from "../../../lib/core/mod.ts";

const LOCALHOST = await makeCertificate({ names: ["localhost"], days: [-1, 60] });

/** Target of a request: path and head. */
type Answer = (path: string, head: string) => string;

/** A server that answers each request on a connection of its own; `$PORT` stands for its port. */
function serve(stack: AsyncDisposableStack, answer: Answer | string, path = "/"): CheckedSetup {
  const server = stack.use(scriptedServer(async (conn) => {
    const head = await readUntil(conn, /\r\n\r\n/);
    const text = typeof answer === "string" ? answer : answer(/^\S+ (\S+)/.exec(head)?.[1] ?? "", head);
    await conn.write(octets(text.replaceAll("$PORT", `${server.port}`)));
  }));
  return { target: `http://127.0.0.1:${server.port}${path}` };
}

/** The same over TLS, with a certificate that is trusted. */
function serveTls(
  stack: AsyncDisposableStack,
  answer: (path: string) => string,
): CheckedSetup & { readonly target: string } {
  const { cert, key } = LOCALHOST;
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const { port } = listener.addr as Deno.NetAddr;
  const respond = async (conn: Deno.TlsConn) => {
    try {
      const head = await readUntil(conn, /\r\n\r\n/);
      const text = answer(/^\S+ (\S+)/.exec(head)?.[1] ?? "");
      await conn.write(octets(text.replaceAll("$PORT", `${port}`)));
      await conn.closeWrite();
    } catch {
      // A client that only looks at the handshake.
    } finally {
      closeQuietly(conn);
    }
  };
  const loop = (async () => {
    for await (const conn of listener) void respond(conn);
  })();
  stack.defer(() => (listener.close(), loop));
  return { target: `https://localhost:${port}/`, options: { tls: { caCerts: [cert] } } };
}

function page(status: string, fields: readonly string[] = [], body = ""): string {
  const lines = [`HTTP/1.1 ${status}`, `Content-Length: ${body.length}`, "Connection: close", ...fields];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function redirect(to: string): string {
  return page("302 Found", [`Location: ${to}`]);
}

/** Path that is longer than what findings have of a URL. */
const LONG_PATH = `/login?state=${"x".repeat(500)}`;

/** A page below a name, and a redirect to it, which only the name servers of the check know; as the command line has it, with no rules. */
function byNameServers(stack: AsyncDisposableStack): CheckedSetup {
  const { target } = serve(
    stack,
    (_, head) => /^host: www\./im.test(head) ? redirect("http://other.example.test:$PORT/") : page("200 OK"),
  );
  const port = freeUdpPort();
  nameServerOn(
    stack,
    "127.0.0.1",
    port,
    namesOf({ "www.example.test": ["127.0.0.1"], "other.example.test": ["127.0.0.1"] }),
  );
  const servers = [nameServerAt({ host: "127.0.0.1", port })];
  return { target: target.replace("127.0.0.1", "www.example.test"), options: { servers, resolve: [], connectTo: [] } };
}

const WITHOUT_HOST: Answer = (_, head) => /^host:/im.test(head) ? page("200 OK") : page("400 Bad Request");

testSetups([
  {
    name: "HTTP 200",
    start: (stack) => serve(stack, WITHOUT_HOST),
    codes: ["http-ok"],
    without: ["http-host-not-required"],
  },
  {
    name: "redirect between names of given name servers",
    start: (stack) => byNameServers(stack),
    codes: ["http-ok", "redirect-to-other-host"],
  },
  {
    name: "redirect to itself with a cookie",
    start: (stack) =>
      serve(stack, (path, head) => {
        if (/^Cookie: .*\bseen=1\b/im.test(head)) return page("200 OK");
        return path === "/"
          ? page("302 Found", ["Location: /check", "Set-Cookie: a=b; Path=/other"])
          : page("302 Found", ["Location: /", "Set-Cookie: seen=1; Path=/; HttpOnly"]);
      }),
    codes: ["http-ok", "redirected", "redirect-needs-cookie"],
  },
  {
    name: "redirect loop that sets the same cookie",
    start: (stack) => serve(stack, page("302 Found", ["Location: /", "Set-Cookie: seen=1"])),
    broken: ["application", "redirect-loop"],
    without: ["redirect-needs-cookie"],
  },
  {
    name: "redirects without end that set other cookies",
    start: (stack) => {
      let count = 0;
      return serve(stack, () => page("302 Found", ["Location: /", `Set-Cookie: count=${count++}`]));
    },
    broken: ["application", "too-many-redirects"],
  },
  {
    name: "redirect to a long URL",
    start: (stack) =>
      serve(
        stack,
        (path) => path === "/" ? redirect(LONG_PATH) : page(path === LONG_PATH ? "200 OK" : "404 Not Found"),
      ),
    codes: ["http-ok", "redirected"],
  },
  {
    name: "no Host required",
    start: (stack) => serve(stack, page("200 OK")),
    codes: ["http-ok", "http-host-not-required"],
  },
  {
    name: "HTTP 500",
    start: (stack) =>
      serve(
        stack,
        page(
          "500 Internal Server Error",
          ["Content-Type: text/html", "Server: demo/1"],
          "<title>Oops: no database</title>",
        ),
      ),
    broken: ["application", "http-server-error"],
  },
  {
    name: "HTTP 404",
    start: (stack) => serve(stack, page("404 Not Found"), "/no/such/page"),
    broken: ["application", "http-not-found"],
  },
  {
    name: "HTTP 403",
    start: (stack) => serve(stack, page("403 Forbidden")),
    broken: ["application", "http-forbidden"],
  },
  {
    name: "HTTP 401",
    start: (stack) => serve(stack, page("401 Unauthorized", ['WWW-Authenticate: Basic realm="x"'])),
    codes: ["http-login-required"],
  },
  {
    name: "HTTP 502",
    start: (stack) => serve(stack, page("502 Bad Gateway")),
    broken: ["application", "http-bad-gateway"],
  },
  {
    name: "HTTP 503",
    start: (stack) => serve(stack, page("503 Service Unavailable", ["Retry-After: 120"])),
    broken: ["application", "http-unavailable"],
  },
  {
    name: "redirect to another path",
    start: (stack) => serve(stack, (path) => path === "/" ? redirect("/home") : page("200 OK")),
    codes: ["redirected", "http-ok"],
  },
  {
    name: "redirect loop",
    start: (stack) => serve(stack, (path) => redirect(path === "/a" ? "/b" : "/a")),
    broken: ["application", "redirect-loop"],
  },
  {
    name: "redirects without end",
    start: (stack) => serve(stack, (path) => redirect(`/${"a".repeat(path.length)}`)),
    broken: ["application", "too-many-redirects"],
  },
  {
    name: "redirect between http and https",
    start: (stack) => {
      let plain = 0;
      const secure = serveTls(stack, () => redirect(`http://localhost:${plain}/`));
      const target = secure.target;
      const server = stack.use(scriptedServer(async (conn) => {
        await readUntil(conn, /\r\n\r\n/);
        await conn.write(octets(redirect(target)));
      }));
      plain = server.port;
      return { ...secure, target: `http://localhost:${server.port}/` };
    },
    broken: ["application", "redirect-scheme-loop"],
    codes: ["redirect-downgrade"],
  },
  {
    name: "redirect from https to http",
    start: (stack) => {
      const { port } = stack.use(scriptedServer(async (conn) => {
        await readUntil(conn, /\r\n\r\n/);
        await conn.write(octets(page("200 OK")));
      }));
      return serveTls(stack, () => redirect(`http://localhost:${port}/`));
    },
    codes: ["redirect-downgrade", "http-ok"],
  },
  {
    name: "redirect to a dead server",
    start: (stack) => serve(stack, redirect(`http://127.0.0.1:${freePort()}/`)),
    broken: ["application", "redirect-target-broken"],
  },
  {
    name: "redirect to an address of the other family",
    start: (stack) => ({ ...serve(stack, redirect("http://[::1]:$PORT/")), options: { family: 4 } }),
    broken: ["application", "redirect-target-broken"],
  },
  {
    name: "redirect to another scheme",
    start: (stack) => serve(stack, redirect("ftp://files.example/")),
    broken: ["application", "redirect-invalid"],
  },
  {
    name: "huge header",
    start: (stack) => serve(stack, page("200 OK", [`X-Large: ${"x".repeat(300_000)}`])),
    broken: ["application", "http-head-too-large"],
  },
  {
    name: "answer never comes",
    start: (stack) => {
      const server = stack.use(scriptedServer(async (conn) => {
        while (await conn.read(new Uint8Array(4096)) !== null);
      }));
      return { target: `http://127.0.0.1:${server.port}/`, ...STALLED };
    },
    broken: ["application", "http-stalled"],
  },
  {
    name: "stalled body",
    start: (stack) => {
      const server = stack.use(scriptedServer(async (conn) => {
        await readUntil(conn, /\r\n\r\n/);
        await conn.write(octets("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome text"));
        while (await conn.read(new Uint8Array(4096)) !== null);
      }));
      return { target: `http://127.0.0.1:${server.port}/`, options: { timeout: 800 } };
    },
    broken: ["application", "body-stalled"],
  },
  {
    name: "body that is not compressed as the header says",
    start: (stack) =>
      serve(stack, page("200 OK", ["Content-Type: text/html", "Content-Encoding: gzip"], "<h1>plain</h1>")),
    broken: ["application", "body-not-coded"],
  },
  {
    name: "cut body",
    start: (stack) => serve(stack, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome text"),
    broken: ["application", "body-cut"],
  },
  {
    name: "invalid chunks",
    start: (stack) => serve(stack, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"),
    broken: ["application", "body-invalid"],
  },
  {
    name: "two lengths",
    start: (stack) => serve(stack, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello"),
    broken: ["application", "http-invalid"],
  },
  {
    name: "another protocol on the port of http",
    start: (stack) => {
      const server = stack.use(scriptedServer(async (conn) => {
        await conn.write(octets("220 mail.example ESMTP\r\n"));
        while (await conn.read(new Uint8Array(4096)) !== null);
      }));
      return { target: `http://127.0.0.1:${server.port}/` };
    },
    broken: ["application", "http-not-spoken"],
  },
  {
    name: "closed without an answer",
    start: (stack) => ({ ...serve(stack, ""), options: { timeout: 1600 } }),
    broken: ["application", "http-closed"],
  },
  {
    name: "TLS on the port of http",
    start: (stack) => {
      const { target } = serveTls(stack, () => page("200 OK"));
      return { target: target.replace("https:", "http:") };
    },
    broken: ["application", "http-on-tls-port"],
  },
  {
    name: "server clock differs",
    start: (stack) => serve(stack, page("200 OK", [`Date: ${dayFromNow(-2).toUTCString()}`])),
    codes: ["clock-differs"],
  },
  {
    name: "only HTTP 2",
    start: (stack) => {
      const tls = LOCALHOST;
      const server = stack.use(scriptedHttp2((stream) => stream.head({ ":status": "200" }, true), { tls }));
      return { target: server.url, options: { tls: { caCerts: [tls.cert] } } };
    },
    codes: ["http-ok", "http2-offered"],
  },
  {
    name: "HTTP 2 that is not valid",
    start: (stack) => {
      const tls = LOCALHOST;
      const server = stack.use(scriptedHttp2((stream) => stream.data(octets("x"), true), { tls }));
      return { target: server.url, options: { tls: { caCerts: [tls.cert] } } };
    },
    broken: ["application", "http-invalid"],
  },
]);
