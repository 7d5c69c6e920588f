import { ROOT } from "../root.ts";

/**
 * Runs a program, by default in the top folder of the checkout. Throws an error with its output if it fails.
 * Permission: run.
 */
export async function run(program: string, args: readonly string[], cwd = ROOT): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd, stdin: "null" })
    .output();
  if (success) return;
  const decoder = new TextDecoder();
  throw new Error(`${[program, ...args].join(" ")} failed:\n${decoder.decode(stdout)}${decoder.decode(stderr)}`);
}

/** Calls a function for each item, at most `width` at a time. */
export async function pool<T>(items: readonly T[], work: (item: T) => Promise<void>, width = 2): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Removes a folder with all that is in it, if it is there. Permissions: read, write. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Makes an empty folder in the place of the one that an earlier run made, which has a file `marker`. Throws an error
 * when a folder contains other files. Permissions: read, write.
 */
export async function replaceFolder(path: string, marker: string): Promise<void> {
  const names = await namesIn(path);
  if (names.length > 0 && !names.includes(marker) && !path.startsWith(`${ROOT}dist/`)) {
    throw new Error(`cannot replace ${path}: it contains files, and no ${marker} of an earlier run`);
  }
  await removeFolder(path);
  await Deno.mkdir(path, { recursive: true });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
