/**
 * Runs a benchmark of subjects that fail in every way: `bench_subjects.ts FOLDER [hang]`. Each subject has a server,
 * and a folder below FOLDER that it removes; the process id of each server is appended to FOLDER/pids.
 * @module
 */
import { benchMain } from "../../scripts/bench/main.ts";
import { spawn } from "../../scripts/bench/processes.ts";
import type { Contender, Row, Subject } from "../../scripts/bench/subject.ts";

const [folder = ".", hang] = Deno.args;

/** Starts a server that runs until it is stopped, with a worker that it stops itself. Resolves when both run. */
async function serve(): Promise<void> {
  const script = `trap 'kill -KILL $!; exit' TERM; sleep 1000 & echo $$ $!; wait`;
  const { stdout } = spawn("sh", { args: ["-c", script], stdin: "null", stdout: "piped", stderr: "null" });
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  await Deno.writeTextFile(`${folder}/pids`, value.replace(" ", "\n"), { append: true });
}

function subject(name: string, rows: () => readonly Row[], dispose = () => {}): Subject {
  return {
    name,
    async rows() {
      await Deno.mkdir(`${folder}/${name}`);
      await serve();
      return rows();
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(`${folder}/${name}`);
      dispose();
    },
  };
}

let round = 0;
const fine = (name: string): Contender => ({ name, run: () => Promise.resolve(10) });
const row = (work: string, ...commands: readonly Contender[]): Row => ({ work, asked: "", commands });

/** Subjects and their failures; the rows after a failure have to be printed. */
const SUBJECTS: readonly (readonly [name: string, load: () => Promise<Subject>])[] = [
  ["good", () => Promise.resolve(subject("good", () => [row("good", fine("ours"), fine("peer"))]))],
  ["unloadable", () => Promise.reject(new Error("no such module"))],
  [
    "unready",
    () =>
      Promise.resolve(subject("unready", () => {
        throw new Error("no memory folder\nand more");
      })),
  ],
  [
    "peers",
    () =>
      Promise.resolve(subject("peers", () => [
        row("absent", fine("ours"), { ...fine("peer"), missing: "peer is not installed" }, fine("other")),
        row("no program", fine("ours"), { name: "peer", command: ["/no/such/program"] }),
        row("fails", fine("ours"), {
          name: "peer",
          command: ["sh", "-c", "echo broken pipe | tee /dev/stderr; exit 7"],
        }),
        row("fails later", fine("ours"), {
          name: "peer",
          run: () => ++round < 3 ? Promise.resolve(5) : Promise.reject(new Error("port taken")),
        }, fine("other")),
        row("throws at once", fine("ours"), {
          name: "peer",
          run: () => {
            throw new Error("at once");
          },
        }),
        row("not built", { ...fine("ours"), missing: "toucan-x is not built: run deno task build" }, fine("peer")),
        row("ours fails", { name: "ours", run: () => Promise.reject(new Error("ours broke")) }, fine("peer")),
        row("last", fine("ours")),
      ])),
  ],
  [
    "untidy",
    () =>
      Promise.resolve(subject("untidy", () => [row("untidy", fine("ours"))], () => {
        throw new Error("still mounted");
      })),
  ],
  ["after", () => Promise.resolve(subject("after", () => [row("after", fine("ours"))]))],
];

const HANGING: typeof SUBJECTS = [
  [
    "hanging",
    () =>
      Promise.resolve(subject("hanging", () => [
        row("hanging", {
          name: "ours",
          async run() {
            await serve();
            console.log("hanging");
            return await new Promise<number>(() => {});
          },
        }),
      ])),
  ],
];

await benchMain((hang ? HANGING : SUBJECTS).map(([name, load]) => ({ name, load })));
