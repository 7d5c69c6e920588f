import { readVariable } from "../core/environment.ts";
import { UsageError } from "../core/errors/errors.ts";
import { showUntrusted } from "../core/untrusted.ts";
import { type Command, EVERYWHERE, OF_TOOLS } from "./grammar/command.ts";
import { type ExitCode, exitCodeOf } from "./exit.ts";
import { Output } from "./stdio/output.ts";
import type { FoundVerb, Result } from "./run_verb.ts";
import type { Grant } from "./sandbox/sandbox.ts";
import { errorLines, errorRecord, known } from "./render/report.ts";
import { versionLine } from "./version.ts";

/**
 * Runs a tool in this process: parses the command line, drops unneeded permissions, runs the verb, reports errors, and
 * exits.
 */
export async function main(command: Command): Promise<never> {
  Deno.exit(await runTool(command, Deno.args));
}

/** Runs a tool as {@link main} does, and returns its exit code. */
export async function runTool(command: Command, words: readonly string[]): Promise<ExitCode> {
  const output: Result = new Output({ json: wantsJson(words) });
  const tool = toolName(command, words);
  let debug = false;
  try {
    rejectInvalidUtf8(words);
    debug = debugWanted();
    const found = await findVerb(command, words);
    const code = "answer" in found ? answer(found.answer, output) : await run(found, output, command.permissions);
    output.flush();
    return code;
  } catch (error) {
    return await report(known(error), tool, output, debug);
  }
}

/** Runs a verb. Its code is imported only here, so that help and version do not wait for it. */
async function run(found: FoundVerb, output: Result, granted: Grant): Promise<ExitCode> {
  const { runVerb } = await import("./run_verb.ts");
  return await runVerb(found, output, granted);
}

/** Returns the name of the tool for error messages; with the umbrella, that of the tool in its first argument. */
function toolName({ name, tools, verbs }: Command, words: readonly string[]): string {
  if (!tools) return `toucan ${name}`;
  const word = words.find((word) => word !== "help") ?? "";
  return Object.hasOwn({ ...tools, ...verbs }, word) ? `${name} ${word}` : name;
}

/** A verb to run, or a text to print instead, such as help. */
type Found = FoundVerb | { readonly answer: string };

/** Rejects arguments that were not UTF-8: the runtime has replaced invalid bytes by U+FFFD, which names another file. */
function rejectInvalidUtf8(words: readonly string[]): void {
  const index = words.findIndex((word) => word.includes("\ufffd"));
  if (index < 0) return;
  throw new UsageError(
    `invalid argument ${index + 1} "${showUntrusted(words[index] ?? "", { limit: 60 })}": not UTF-8`,
    {
      code: "invalid-argument",
      hint: "U+FFFD stands for the invalid bytes; an argument cannot contain that character",
    },
  );
}

/** Returns whether the command line has `--json`, even if it is invalid otherwise. */
function wantsJson(words: readonly string[]): boolean {
  const flag = beforeOperands(words).findLast((word) => /^--json(?:=(?:true|false|rfc\d+))?$/.test(word));
  return flag !== undefined && flag !== "--json=false";
}

/** Finds the verb that the command line selects; `--help` and the like are answered at every level. */
async function findVerb(command: Command, words: readonly string[]): Promise<Found> {
  const path = command.tools ? [command.name] : ["toucan", command.name];
  const [word, ...rest] = words;
  const about = await aboutCommand(command, words);
  if (about !== undefined) return { answer: about };
  const ownVerb = isVerb(command, word);
  if (command.verb && !ownVerb) return { path, command, verb: command.verb, rest: words };
  if (word === "help") return await findVerb(command, [...rest, "--help"]);
  if (word === "version" && !ownVerb) {
    const [extra] = rest;
    if (extra === undefined) return { answer: versionLine(path) };
    throw new UsageError(`"${showUntrusted(extra, { limit: 60 })}" is one operand too many: version accepts none`);
  }
  // The umbrella alone prints help, as busybox, gh and docker do; a tool without its verb is a usage error.
  if (word === undefined && command.tools) {
    const { commandHelp } = await import("./render/about.ts");
    return { answer: await commandHelp(command, ["-h"]) };
  }
  const tools = command.tools ?? {};
  const verbs = command.verbs ?? {};
  if (word !== undefined && Object.hasOwn(tools, word)) {
    const load = tools[word];
    if (load) return await findVerb((await load()).command, rest);
  }
  const verb = word !== undefined && ownVerb ? verbs[word] : undefined;
  if (verb && word !== undefined) {
    // Help is printed even if the rest of the command line is invalid.
    if (wants(rest, "--help", "-h")) {
      const { verbHelp } = await import("./render/about.ts");
      return { answer: verbHelp([...path, word], verb, command, rest) };
    }
    return { path: [...path, word], command, verb, rest };
  }
  const children = [...Object.keys(tools), ...Object.keys(verbs)];
  if (word?.startsWith("-")) {
    const { unknownOption } = await import("./grammar/parse.ts");
    throw unknownOption(word, { ...EVERYWHERE, ...OF_TOOLS });
  }
  const { didYouMean } = await import("./grammar/suggest.ts");
  const what = command.tools ? "tool" : "verb";
  throw new UsageError(
    word === undefined ? `a ${what} is missing` : `unknown ${what} "${showUntrusted(word, { limit: 60 })}"`,
    {
      code: `unknown-${what}`,
      hint: (word && didYouMean(word, [...children, "help", "version"])) || `the ${what}s are ${children.join(", ")}`,
    },
  );
}

/** Returns help, version, man page or completions of a command if the command line asks for one. */
async function aboutCommand(command: Command, words: readonly string[]): Promise<string | undefined> {
  const first = words[0] ?? "";
  // After a verb, help and version are those of the verb.
  const own = command.verb && !isVerb(command, first) ? words : words.slice(0, 1);
  if (wants(own, "--version", "-V")) return versionLine(command.tools ? [command.name] : ["toucan", command.name]);
  const shell = /^--completions(?:=|$)/.test(first);
  if (!wants(own, "--help", "-h") && first !== "--man" && !shell) return undefined;
  const { commandCompletions, commandHelp, commandMan } = await import("./render/about.ts");
  if (wants(own, "--help", "-h")) return await commandHelp(command, own);
  if (first === "--man") return await commandMan(command);
  return await commandCompletions(first.includes("=") ? first.slice(first.indexOf("=") + 1) : words[1], command);
}

/** Returns whether a word is a verb of a tool with several. */
function isVerb({ verbs = {} }: Command, word: string | undefined): boolean {
  return word !== undefined && Object.hasOwn(verbs, word);
}

function wants(words: readonly string[], ...flags: readonly string[]): boolean {
  return beforeOperands(words).some((word) => flags.includes(word));
}

/** Returns the arguments before `--`, after which there are no options. */
function beforeOperands(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return end < 0 ? words : words.slice(0, end);
}

function answer(text: string, output: Output): ExitCode {
  output.write(text.endsWith("\n") ? text : text + "\n");
  return 0;
}

async function report(error: unknown, tool: string, output: Result, debug: boolean): Promise<ExitCode> {
  let code = exitCodeOf(error);
  if (code === 141) return code;
  try {
    if (output.json) await output.forError.record({ error: errorRecord(error) });
    output.forError.flush();
    output.flush();
  } catch (closed) {
    code = exitCodeOf(closed);
    if (code === 141) return code;
  }
  for (const line of errorLines(tool, error, debug)) output.note(line);
  await output.end().catch((closed) => code = exitCodeOf(closed));
  return code;
}

function debugWanted(): boolean {
  const variable = { name: "env", variable: "TOUCAN_DEBUG" } as const;
  return Deno.permissions.querySync(variable).state === "granted" && readVariable("TOUCAN_DEBUG") === "1";
}
