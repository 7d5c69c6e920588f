import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../../kit/tool.ts";

/** A parameter in the output of `deno doc --json`, as far as it is used here. */
interface Parameter {
  readonly kind: string;
}
interface Callable {
  readonly params: readonly Parameter[];
  readonly hasBody?: boolean;
  readonly returnType?: { readonly repr?: string };
}
interface Declaration {
  readonly kind: string;
  readonly jsDoc?: { readonly doc?: string };
  readonly def?: Callable & {
    readonly constructors?: readonly Callable[];
    readonly methods?: readonly { readonly name: string; readonly functionDef?: Callable; readonly def?: Callable }[];
  };
}
interface Symbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

async function deno(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The entry points that `deno.json` names. */
const { exports: EXPORTS } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)) as {
  exports: Readonly<Record<string, string>>;
};

/** Everything that an entry point exports. */
async function symbols(entry: string): Promise<Symbol[]> {
  const { nodes } = JSON.parse(await deno("doc", "--quiet", "--json", entry)) as {
    nodes: Record<string, { symbols: Symbol[] }>;
  };
  return Object.values(nodes).flatMap((node) => node.symbols);
}

const ALL = await symbols("mod.ts");

/** The signatures that a reader of the documentation sees: of overloads not the one with the body. */
function seen(declarations: readonly Declaration[]): Declaration[] {
  const functions = declarations.filter(({ kind }) => kind === "function");
  return functions.length > 1 ? functions.filter(({ def }) => !def?.hasBody) : functions;
}

Deno.test("library: an argument that may be left out looks so in the documentation", () => {
  const hidden = (callable: Callable | undefined) => callable?.params.some(({ kind }) => kind === "assign") ?? false;
  const found = ALL.flatMap(({ name, declarations }) => [
    ...seen(declarations).filter(({ def }) => hidden(def)).map(() => name),
    ...declarations.flatMap(({ def }) => [
      ...(def?.constructors ?? []).filter(hidden).map(() => `new ${name}`),
      ...(def?.methods ?? []).filter((method) => hidden(method.functionDef ?? method.def)).map((method) =>
        `${name}.${method.name}`
      ),
    ]),
  ]);
  assertEquals(found, []);
});

/** Functions that wait, but need no permission. */
const NEED_NOTHING = new Set(["decodedBody", "dkimKey", "selfSigned", "webSocketResponse", "writeMail"]);

Deno.test("library: each call that reaches out names the flags that it needs", () => {
  const waits = /^(?:Promise|AsyncGenerator|\w*Server|ChatMember|MailInbox)$/;
  const calls = ALL.filter(({ name, declarations }) =>
    !NEED_NOTHING.has(name) && seen(declarations).some(({ def }) => waits.test(def?.returnType?.repr ?? ""))
  );
  assert(calls.length > 25, `${calls.length} calls`);
  const silent = calls.filter(({ declarations }) =>
    !declarations.some(({ jsDoc }) => /Permissions: [^]*?(?:`--(?:allow|unstable)-|those of)/.test(jsDoc?.doc ?? ""))
  );
  assertEquals(silent.map(({ name }) => name), []);
});

/** Names that were exported, and are the tools' own. */
const INTERNAL = [
  "Acceptor ByteReader Deadline HexDump IdleTimer LineSplitter concat closeQuietly fromSystem race raceSignal syncFolder writeAll",
  "ChatTerminal describeEvent demonstrateChat Resolver recordLine accessLine entryRow sumLine HeadScanner ChunkedDecoder",
  "encodeFrame loadAs eventText readUpgrade ReplyParser splitHeader datagramLine parseDatagramSize planEdits recordRows",
].join(" ").split(" ");

Deno.test("library: internals are not exported", () => {
  const names = new Set(ALL.map(({ name }) => name));
  assertEquals(INTERNAL.filter((name) => names.has(name)), []);
});

Deno.test("library: everything is in one of the entry points, and mod.ts has all of them", async () => {
  const names = async (entry: string) => (await symbols(entry)).map(({ name }) => name);
  const parts = Object.entries(EXPORTS).filter(([name]) => name !== ".");
  const found = new Set((await Promise.all(parts.map(([, entry]) => names(entry)))).flat());
  assertEquals([...found].sort(), ALL.map(({ name }) => name).sort());
});

/** The rooms of `lib` that each entry point loads beside its own, `core` and `deps`. */
const LOADS: Readonly<Record<string, readonly string[]>> = {
  "./core": [],
  "./url": [],
  "./dns": ["http"],
  "./tcp": [],
  "./udp": [],
  "./http": [],
  "./ftp": [],
  "./get": ["ftp", "http"],
  "./file": ["ftp", "get", "http"],
  "./chat": ["http"],
  "./mail": ["dns", "http"],
  "./check": ["chat", "dns", "ftp", "http", "mail", "udp", "url"],
};

/** A module as `deno info` knows it: `code` are the modules that run, not those of which only types are used. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier?: string } }[];
}

/** The modules that are loaded when an entry point is imported, and what it may import later. */
async function loadedBy(entry: string): Promise<string[]> {
  const { roots, modules } = JSON.parse(await deno("info", "--quiet", "--json", entry)) as {
    roots: readonly string[];
    modules: readonly Module[];
  };
  const known = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set(roots);
  for (const specifier of loaded) {
    for (const { code } of known.get(specifier)?.dependencies ?? []) if (code?.specifier) loaded.add(code.specifier);
  }
  return [...loaded];
}

Deno.test("library: an entry point loads what it needs, and no other protocol", async () => {
  assertEquals(Object.keys(EXPORTS).sort(), [".", ...Object.keys(LOADS)].sort());
  for (const [name, rooms] of Object.entries(LOADS)) {
    const modules = await loadedBy(EXPORTS[name] ?? "");
    assert(modules.length > 3, `${name}: ${modules}`);
    const own = [name.slice(2), "core", "deps"];
    const loaded = new Set(modules.flatMap((specifier) => /\/lib\/([^/]+)\//.exec(specifier)?.[1] ?? []));
    assertEquals([...loaded].filter((room) => !own.includes(room) && !rooms.includes(room)), [], name);
  }
});

Deno.test("library: parseUrl loads neither the network nor a certificate", async () => {
  const modules = await loadedBy(EXPORTS["./url"] ?? "");
  assertEquals(modules.filter((specifier) => /\/core\/(?:mod|dial|tls)|x509|node:/.test(specifier)), []);
});
