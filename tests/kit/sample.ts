/**
 * A tool for tests only, with every kind of operand and option, which behaves as its arguments say.
 * @module
 */
import {
  ANYWHERE,
  type Command,
  field,
  flag,
  inputs,
  kind,
  list,
  main,
  option,
  result,
  verb,
} from "../../lib/cli/mod.ts";
import { NegativeError, NetworkError, TimeoutError, UsageError } from "../../lib/core/mod.ts";
import { turn } from "./wait.ts";

const show = verb({
  summary: "show what was understood",
  description: "One paragraph with 'quotes', ~tildes and a back\\slash.\n\n.Another that starts with a dot.",
  operands: [
    { metavar: "WORD", help: "a word", kind: kind.choice("first", "second"), optional: true },
    { metavar: "FILE", help: "files", kind: kind.file, optional: true, many: true },
  ],
  options: {
    "json": flag("one JSON object"),
    "quiet": flag("say less", { short: "q" }),
    "wait": option(kind.duration, "how long to wait", { short: "w", default: "10s" }),
    "size": option(kind.size, "how much", { short: "s" }),
    "mode": option(kind.choice("fast", "slow"), "how: it's up to you [really]: yes", { short: "m" }),
    "types": option(kind.choices("TYPE", ["A", "AAAA"]), "which"),
    "head": list(kind.text("LINE", "a line"), "lines on top", { short: "H" }),
    "port": option(kind.port, "a port"),
    "count": option(kind.integer(-5, 5), "from -5 to 5"),
    "out": option(kind.file, "where to", { short: "o", writes: true }),
    "in": option(kind.file, "where from", { reads: true }),
    "dir": option(kind.directory, "a folder"),
    "secret": flag("not for everybody", { hidden: true }),
    "no-frills": flag("plain"),
    "2": flag("a digit", { short: "2" }),
  },
  records: {
    "understood": result("once", {
      options: field.json("the options"),
      operands: field.list(field.text(), "operands"),
    }),
  },
  examples: [{ line: `sample show --head "it's ~here" first`, does: "shows it" }],
  exits: [1],
  run({ options, operands, output }) {
    output.record({ options, operands });
    return Promise.resolve();
  },
});

const FAILURES: Record<string, () => unknown> = {
  negative: () => new NegativeError("the answer is no", { code: "no-answer" }),
  usage: () => new UsageError("makes no sense", { hint: "give another" }),
  network: () => new NetworkError("cannot connect to \x1b[31mevil: refused", { code: "connection-refused" }),
  timeout: () => new TimeoutError("timed out"),
  bug: () => new RangeError("off by one"),
  text: () => "just a text",
};

const fail = verb({
  summary: "end as it is told",
  operands: [{ metavar: "HOW", help: "negative, usage, network, timeout, bug, text, or a number to return" }],
  options: { json: flag("one JSON object") },
  examples: [{ line: "sample fail network", does: "fails" }],
  exits: [1, 3, 4],
  run({ operands: [how = ""], output }) {
    output.line("before");
    const failure = FAILURES[how];
    if (failure) return Promise.reject(failure());
    return Promise.resolve(how === "6" ? 6 : 0);
  },
});

const lines = verb({
  summary: "repeat each input",
  operands: [{ metavar: "LINE", help: "inputs", many: true, batch: true }],
  options: {},
  records: {
    "line": result("one per input", {
      text: field.text("the input"),
      problem: field.optional(field.text("what is wrong with it")),
    }),
  },
  examples: [{ line: "sample lines a b", does: "says a and b" }],
  exits: [6],
  async run({ operands, output }) {
    for await (const { text, problem } of inputs(operands, "LINE", { limit: 1000 })) output.record({ text, problem });
  },
});

const flood = verb({
  summary: "write without an end",
  operands: [],
  options: {},
  examples: [{ line: "sample flood", does: "writes until nobody reads" }],
  exits: [],
  async run({ output, signal }) {
    while (!signal.aborted) {
      for (let i = 0; i < 1000; i++) output.line("a line of the flood");
      await turn();
    }
  },
});

const wait = (server: boolean) =>
  verb({
    summary: "wait to be stopped",
    operands: [],
    options: {},
    examples: [],
    exits: [],
    server,
    async run({ output, signal }) {
      output.note("ready");
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  });

const state = field.oneOf(["granted", "denied", "prompt"]);

const sandbox = verb({
  summary: "tell what is still permitted",
  operands: [],
  options: {
    out: option(kind.file, "where to", { writes: true }),
    in: list(kind.file, "where from", { reads: true }),
    net: flag("use the network", { needs: () => ({ net: true }) }),
  },
  records: {
    "permitted": result("once", {
      net: state,
      read: state,
      readHere: state,
      write: state,
      writeHere: state,
      env: state,
      sys: state,
      run: state,
      ffi: state,
    }),
  },
  examples: [],
  exits: [],
  run({ output }) {
    const state = (descriptor: Deno.PermissionDescriptor) => Deno.permissions.querySync(descriptor).state;
    output.record({
      net: state({ name: "net" }),
      read: state({ name: "read", path: "/etc" }),
      readHere: state({ name: "read", path: "." }),
      write: state({ name: "write", path: "/etc" }),
      writeHere: state({ name: "write", path: "." }),
      env: state({ name: "env", variable: "TOUCAN_DEBUG" }),
      sys: state({ name: "sys", kind: "hostname" }),
      run: state({ name: "run" }),
      ffi: state({ name: "ffi" }),
    });
    return Promise.resolve();
  },
});

const refused = verb({
  summary: "do what the sandbox does not permit",
  operands: [],
  options: {},
  examples: [],
  exits: [5],
  run: () => Promise.resolve(void Deno.readTextFileSync("/etc/hostname")),
});

/** The record. */
export const command: Command = {
  name: "sample",
  summary: "a tool for tests",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"] },
  verbs: { show, fail, lines, flood, wait: wait(false), serve: wait(true), sandbox, refused },
};

if (import.meta.main) await main(command);
