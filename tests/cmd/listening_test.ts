import { assertEquals, assertMatch } from "@std/assert";
import { fieldProblems } from "../../lib/cli/grammar/field.ts";
import { LISTENING } from "../../lib/cli/mod.ts";
import { records, verbsOf } from "../../scripts/records.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { toolArgs } from "../kit/tool.ts";

/** Arguments of a server, and its URLs, with `N` for a port and `DIR` for the folder. */
type Row = readonly [args: string, urls: string[], pins?: "pin" | "pin of the last"];

const GIVEN = "--tls --cert DIR/cert.pem --key DIR/key.pem";

const SERVERS: Readonly<Record<string, readonly Row[]>> = {
  "tcp listen": [
    ["0", ["tcp://127.0.0.1:N"]],
    ["-6 0", ["tcp://[::1]:N"]],
    ["--keep --broadcast 0.0.0.0:0", ["tcp://0.0.0.0:N"]],
    ["--send-only 0", ["tcp://127.0.0.1:N"]],
    ["--hex 0", ["tcp://127.0.0.1:N"]],
    ["unix:DIR/s", ["unix:DIR/s"]],
    ["--tls 0", ["tls://127.0.0.1:N"], "pin"],
    [`${GIVEN} 0`, ["tls://127.0.0.1:N"]],
  ],
  "udp listen": [
    ["0", ["udp://127.0.0.1:N"]],
    ["-6 0", ["udp://[::1]:N"]],
    ["--raw 0", ["udp://127.0.0.1:N"]],
    ["unix:DIR/s", ["unix:DIR/s"]],
  ],
  "udp echo": [
    ["0", ["udp://127.0.0.1:N"]],
    ["-6 0", ["udp://[::1]:N"]],
    ["unix:DIR/s", ["unix:DIR/s"]],
  ],
  "file serve": [
    ["--port 0", ["http://127.0.0.1:N/"]],
    ["--port 0 --host ::1", ["http://[::1]:N/"]],
    ["--port 0 --quiet", ["http://127.0.0.1:N/"]],
    ["--port 0 --host 0.0.0.0", ["http://0.0.0.0:N/"]],
    ["--port 0 --tls", ["https://127.0.0.1:N/"], "pin"],
    [`--port 0 ${GIVEN}`, ["https://127.0.0.1:N/"]],
    ["--port 0 --ftp 0", ["http://127.0.0.1:N/", "ftp://127.0.0.1:N/"]],
    ["--port 0 --ftp 0 --host ::1", ["http://[::1]:N/", "ftp://[::1]:N/"]],
    ["--port 0 --ftp 0 --ftps 0 --tls", ["https://127.0.0.1:N/", "ftp://127.0.0.1:N/", "ftps://127.0.0.1:N/"], "pin"],
    [`--port 0 --ftps 0 ${GIVEN}`, ["https://127.0.0.1:N/", "ftps://127.0.0.1:N/"]],
  ],
  "chat serve": [
    ["--port 0 --web 0", ["irc://127.0.0.1:N", "http://127.0.0.1:N/"]],
    ["--port 0 --host ::1 --irc-only", ["irc://[::1]:N"]],
    ["--port 0 --web 0 --tls", ["ircs://127.0.0.1:N", "http://127.0.0.1:N/"], "pin"],
    [`--port 0 --irc-only ${GIVEN}`, ["ircs://127.0.0.1:N"]],
    ["--port 0 --one-port", ["irc://127.0.0.1:N", "http://127.0.0.1:N/"]],
    ["--port 0 --one-port --host ::1 --tls", ["ircs://[::1]:N", "http://[::1]:N/"], "pin"],
  ],
  "resolve serve": [
    ["--port 0", ["udp://127.0.0.1:N", "tcp://127.0.0.1:N"]],
    ["--port 0 --host ::1", ["udp://[::1]:N", "tcp://[::1]:N"]],
    [
      "--port 0 --tls-listen 0 --cert DIR/cert.pem --key DIR/key.pem",
      ["udp://127.0.0.1:N", "tcp://127.0.0.1:N", "tls://127.0.0.1:N"],
    ],
    [
      "--port 0 --tls-listen 0 a.test=192.0.2.1",
      ["udp://127.0.0.1:N", "tcp://127.0.0.1:N", "tls://127.0.0.1:N"],
      "pin of the last",
    ],
    [
      "--port 0 --https-listen 0 --cert DIR/cert.pem --key DIR/key.pem",
      ["udp://127.0.0.1:N", "tcp://127.0.0.1:N", "https://127.0.0.1:N/dns-query"],
    ],
  ],
  "mail sink": [
    ["--port 0 --web 0", ["smtp://127.0.0.1:N", "http://127.0.0.1:N/"]],
    ["--port 0 --web [::1]:0", ["smtp://127.0.0.1:N", "http://[::1]:N/"]],
    ["--port 0 --web 0 --starttls", ["smtp://127.0.0.1:N", "http://127.0.0.1:N/"], "pin"],
    ["--port 0 --host ::1 --smtp-only", ["smtp://[::1]:N"]],
    ["--port 0 --web 0 --tls", ["smtps://127.0.0.1:N", "http://127.0.0.1:N/"], "pin"],
    [`--port 0 --smtp-only ${GIVEN}`, ["smtps://127.0.0.1:N"]],
    ["--port 0 --smtp-only --pop3 0", ["smtp://127.0.0.1:N", "pop3://127.0.0.1:N"]],
    ["--port 0 --smtp-only --nntp 0", ["smtp://127.0.0.1:N", "nntp://127.0.0.1:N"]],
    ["--port 0 --smtp-only --nntps [::1]:0", ["smtp://127.0.0.1:N", "nntps://[::1]:N"], "pin of the last"],
    ["--port 0 --smtp-only --pop3s [::1]:0", ["smtp://127.0.0.1:N", "pop3s://[::1]:N"], "pin of the last"],
    ["--port 0 --smtp-only --smtps 0", ["smtp://127.0.0.1:N", "smtps://127.0.0.1:N"], "pin of the last"],
    ["--port 0 --smtp-only --imap 0", ["smtp://127.0.0.1:N", "imap://127.0.0.1:N"]],
    ["--port 0 --smtp-only --imap [::1]:0 --imaps 0", [
      ...["smtp://127.0.0.1:N", "imap://[::1]:N", "imaps://127.0.0.1:N"],
    ], "pin of the last"],
    ["--port 0 --smtp-only --smtps 0 --cert DIR/cert.pem --key DIR/key.pem", [
      "smtp://127.0.0.1:N",
      "smtps://127.0.0.1:N",
    ]],
  ],
};

/** Starts a server, waits until it has printed `times` listeners, stops it, and returns its output. */
async function printed(path: string, args: readonly string[], cwd: string, times: number): Promise<string[]> {
  const [tool = "", verb = ""] = path.split(" ");
  const command = await toolArgs(tool, [verb, ...args]);
  const server = new Deno.Command("sh", {
    args: ["-c", 'exec "$@" 2>&1', "sh", command.program, ...command.args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let text = "";
  for await (const piece of server.stdout.pipeThrough(new TextDecoderStream())) {
    const before = text.match(/listening.*\n/g)?.length ?? 0;
    text += piece;
    const now = text.match(/listening.*\n/g)?.length ?? 0;
    if (before < times && now >= times) server.kill("SIGTERM");
  }
  const { code } = await server.status;
  assertEquals(code, 0, text);
  return text.trimEnd().split("\n");
}

for (const [path, rows] of Object.entries(SERVERS)) {
  for (const [line, urls, pins] of rows) {
    Deno.test({
      name: `${path} ${line}: prints a record and a line for each address and protocol`,
      ignore: Deno.build.os === "windows",
      fn: () =>
        withFolder(async (folder) => {
          const { cert, key } = await makeCertificate();
          await Deno.writeTextFile(`${folder}/cert.pem`, cert);
          await Deno.writeTextFile(`${folder}/key.pem`, key);
          const args = line.replaceAll("DIR", folder).split(" ");
          const known = (url: string) => url.replaceAll(folder, "DIR").replace(/:\d+(?=(?:\/[a-z-]*)?$)/, ":N");

          const lines = await printed(path, ["--json", ...args], folder, urls.length);
          const found = lines.map((line): Record<string, unknown> => JSON.parse(line))
            .filter(({ event }) => event === "listening");
          assertEquals(found.map(({ url }) => known(String(url))), urls);
          for (const [i, { event: _, ...record }] of found.entries()) {
            assertEquals(fieldProblems(LISTENING.listening.fields, record), []);
            const { url, urls: reachable = [], address, port, pin } = record;
            const all = path === "file serve" && String(url).includes("//0.0.0.0:");
            const local = String(url).replace("0.0.0.0", "127.0.0.1");
            assertEquals(Array.isArray(reachable) && reachable.includes(local), all);
            assertEquals(url, port === undefined ? address : String(url).replace(/\/\/[^/]*/, `//${address}`));
            assertEquals(port, port === undefined ? undefined : Number(/:(\d+)$/.exec(String(address))?.[1]));
            const pinned = pins === "pin" ? 0 : pins && urls.length - 1;
            if (i === pinned) assertMatch(String(pin), /^sha256:[\w+/]{43}=$/);
            else assertEquals(pin, undefined);
          }

          const said = await printed(path, args, folder, urls.length);
          const listening = said.flatMap((line) => /^listening on (.*)$/.exec(line)?.[1] ?? []);
          assertEquals(listening.map(known), urls);
          const last = pins === "pin of the last" ? urls.length : 1;
          assertEquals(/^pin sha256:/.test(said[last] ?? ""), pins !== undefined);
        }),
    });
  }
}

Deno.test("listening: the table has every server", async () => {
  const servers = (await records()).flatMap((command) =>
    verbsOf(command).filter(([, { server }]) => server).map(([words]) => [command.name, ...words].join(" "))
  );
  assertEquals(servers.sort(), Object.keys(SERVERS).sort());
});
