/** Whether a missing peer is a failure instead of an omitted test. */
const REQUIRED = Deno.env.get("TOUCAN_REQUIRE_PEERS") === "1";

const found = new Map<string, boolean>();

/** Returns whether a peer program is installed on this machine. */
export function hasPeer(program: string): boolean {
  let known = found.get(program);
  if (known === undefined) {
    known = (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
      try {
        return Deno.statSync(`${folder}/${program}`).isFile;
      } catch {
        return false;
      }
    });
    found.set(program, known);
  }
  return known;
}

/**
 * Registers a test against peer programs. If one is missing the test is omitted by name; with `TOUCAN_REQUIRE_PEERS=1`
 * it fails.
 */
export function peerTest(name: string, peers: readonly string[], test: () => Promise<void>): void {
  const missing = peers.filter((program) => !hasPeer(program));
  if (missing.length === 0) Deno.test(name, test);
  else if (REQUIRED) Deno.test(name, () => Promise.reject(new Error(`${missing.join(", ")} not installed`)));
  else Deno.test({ name: `${name} (left out: no ${missing.join(", ")})`, ignore: true, fn: test });
}
