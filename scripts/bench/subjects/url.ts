import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import type { Contender, Subject } from "../subject.ts";

const COUNT = 100_000;
const executable = ROOT + executablePath("url");
const folder = await Deno.makeTempDir();

/** The same record, with the fields that Python has. */
const PYTHON = `
import json, sys
from urllib.parse import parse_qsl, unquote, urlsplit
for line in sys.stdin:
    text = line.rstrip("\\n")
    url = urlsplit(text)
    print(json.dumps({
        "input": text, "url": url.geturl(), "scheme": url.scheme, "user": url.username, "password": url.password,
        "host": url.hostname, "port": url.port, "portGiven": url.port is not None, "netloc": url.netloc,
        "path": url.path, "segments": [unquote(segment) for segment in url.path.split("/")[1:]], "query": url.query,
        "params": parse_qsl(url.query, keep_blank_values=True), "fragment": url.fragment,
    }))
`;

/** Returns varied URLs, the same in every run: users, ports, addresses, paths, escapes, queries. */
function* urls(): Generator<string> {
  const schemes = ["http", "https", "ftp", "ws", "ssh"];
  const hosts = ["example.com", "WWW.Example.org", "a.b.c.example.net", "localhost", "192.0.2.7", "[2001:db8::1]"];
  const words = ["index", "search", "img", "v1", "users", "a%20b", "caf%C3%A9", "..", "~me"];
  const values = ["1", "x+y", "a%26b", "", "%E2%82%AC", "long".repeat(8)];
  const of = (list: readonly string[], i: number) => list[i % list.length] ?? "";
  for (let i = 0; i < COUNT; i++) {
    const user = i % 10 === 0 ? `user${i}:secret@` : "";
    const port = i % 3 === 0 ? `:${1 + i % 65535}` : "";
    const path = Array.from({ length: i % 5 }, (_, n) => `/${of(words, i + 3 * n)}${i}`).join("");
    const query = Array.from({ length: i % 4 }, (_, n) => `${of(words, i + n)}=${of(values, i + 5 * n)}`).join("&");
    yield `${of(schemes, i >> 2)}://${user}${of(hosts, i >> 1)}${port}${path || "/"}${query && `?${query}`}` +
      (i % 5 === 0 ? `#part${i}` : "");
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Measures the parsing of 100,000 URLs, against Python's `urllib.parse` and `json`. */
export const subject: Subject = {
  name: "url",
  async rows() {
    const stdin = `${folder}/urls`;
    await Deno.writeTextFile(stdin, [...urls()].join("\n") + "\n");
    const built = await exists(executable);
    const source = [Deno.execPath(), "run", "--quiet", "--no-prompt", `${ROOT}cmd/url.ts`];
    const ours: Contender = {
      name: `toucan${built ? "-" : " "}url --json${built ? "" : " (source)"}`,
      command: [...(built ? [executable] : source), "--json"],
      stdin,
    };
    const python = async (program: string): Promise<Contender> => ({
      name: `${program} urllib.parse, json`,
      command: [program, "-c", PYTHON],
      stdin,
      missing: await exists(program) ? undefined : `${program} is not installed`,
    });
    return [{
      work: "take 100,000 URLs from stdin apart, a JSON record each",
      asked: "< 1x",
      commands: [ours, await python("/usr/bin/python3")],
    }];
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};
