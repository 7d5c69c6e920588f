import { assertEquals } from "@std/assert";
import { runTool } from "../kit/tool.ts";

const ANY = { hostname: "127.0.0.1", port: 0 } as const;

/** A port without a listener. */
function closedPort(): number {
  using listener = Deno.listen(ANY);
  return listener.addr.port;
}

interface PortRecord {
  readonly host: string;
  readonly port?: number;
  readonly state: string;
  readonly error?: { readonly code: string };
}

async function check(...args: readonly string[]): Promise<readonly [code: number, results: readonly string[]]> {
  const { code, stdout } = await runTool("tcp", ["check", "--json", ...args], { stdin: "" });
  const records: PortRecord[] = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return [code, records.map(({ host, port, state, error }) => `${host} ${port} ${state} ${error?.code ?? ""}`.trim())];
}

Deno.test("tcp check: states and exit codes, in the order of the input", async () => {
  using one = Deno.listen(ANY);
  using other = Deno.listen(ANY);
  const [open, open2, closed] = [one.addr.port, other.addr.port, closedPort()];
  const isOpen = (port: number) => `127.0.0.1 ${port} open`;
  const isClosed = `127.0.0.1 ${closed} refused connection-refused`;
  const unknown = "none.invalid 80 not-found name-not-found";
  const table: readonly (readonly [args: readonly string[], code: number, results: readonly string[]])[] = [
    [[`127.0.0.1:${open}`, `127.0.0.1:${open2}`], 0, [isOpen(open), isOpen(open2)]],
    [[`127.0.0.1:${closed}`], 1, [isClosed]],
    [["none.invalid:http"], 3, [unknown]],
    [["[fe80::1%nosuch]:80"], 3, ["fe80::1%nosuch 80 not-found name-not-found"]],
    [[`127.0.0.1:${open},${closed}`, "none.invalid:80"], 6, [isOpen(open), isClosed, unknown]],
    [[`127.0.0.1:${open}-${open}`], 0, [isOpen(open)]],
    [["127.0.0.1:9-3"], 2, []],
    [["127.0.0.1:0"], 2, []],
    [["127.0.0.1:nosuch"], 2, []],
    [["127.0.0.1"], 2, []],
    [["unix:/tmp/x"], 2, []],
    [["--open", `127.0.0.1:${closed},${open}`], 6, [isOpen(open)]],
  ];
  await Promise.all(table.map(async ([args, code, results]) => {
    const [actual, found] = await check(...args);
    assertEquals({ code: actual, results: code === 2 ? [] : found }, { code, results }, args.join(" "));
  }));
});

Deno.test("tcp check: an invalid line of stdin has a record in its place", async () => {
  using listener = Deno.listen(ANY);
  const { port } = listener.addr;
  const stdin = `# ports\n\n127.0.0.1:${port}\nbad\n127.0.0.1:${port}\n`;
  const { code, stdout } = await runTool("tcp", ["check", "--json", "-"], { stdin });
  const states = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line).state);
  assertEquals([code, states], [6, ["open", "failed", "open"]]);
});

Deno.test("tcp check: a port that does not answer is filtered", { ignore: Deno.build.os !== "linux" }, async () => {
  using listener = Deno.listen({ ...ANY, tcpBacklog: 1 });
  // Connections that are not accepted fill the backlog; the system drops further ones.
  const full = Promise.withResolvers<void>();
  const stop = new AbortController();
  const { port } = listener.addr;
  const pending = Array.from({ length: 8 }, () => Deno.connect({ ...ANY, port, signal: stop.signal }));
  const conns: Deno.Conn[] = [];
  for (const one of pending) {
    one.then((conn) => {
      conns.push(conn);
      if (conns.length === 2) full.resolve();
    }, () => {});
  }
  await full.promise;
  assertEquals(await check("-w", "500ms", `127.0.0.1:${port}`), [4, [`127.0.0.1 ${port} filtered timeout`]]);
  stop.abort();
  await Promise.allSettled(pending);
  for (const conn of conns) conn.close();
});
