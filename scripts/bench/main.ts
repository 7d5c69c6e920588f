import { stopAll } from "./processes.ts";
import { cleanUp, type Entry, runSubjects } from "./run.ts";
import type { Subject } from "./subject.ts";

/**
 * Measures subjects as a program: prints to stdout, stops its processes and removes its files also when it is
 * interrupted, and exits with 1 after a failure.
 */
export async function benchMain(entries: readonly Entry[]): Promise<never> {
  let current: Subject | undefined;
  const watched = entries.map(({ name, load }) => ({ name, load: async () => current = await load() }));
  let interrupted = false;
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, async () => {
      // A second signal exits at once.
      if (interrupted) Deno.exit(code);
      interrupted = true;
      await stopAll(true);
      await cleanUp(current ?? { name: "bench" });
      Deno.exit(code);
    });
  }
  const failed = await runSubjects(watched, (line) => interrupted || console.log(line));
  if (failed > 0) console.error(`${failed} failed`);
  Deno.exit(failed > 0 ? 1 : 0);
}
