import { addressOf, type Target } from "../../../lib/check/internal.ts";
import { ipVersion, parseAddress, ToucanError } from "../../../lib/core/mod.ts";
import { type Given, placeText } from "./given.ts";

/** Returns the words of a command line with what the check was given, as far as the tool takes it. */
export type Adding = (words: readonly string[], given: Given, target: Target) => readonly string[];

/** Options of a name server over TLS or HTTPS, whose certificate is verified. */
const ENCRYPTED = /^(?:tls|https):/;

const ADDING: Readonly<Record<string, Adding>> = {
  check(words, { servers, cacert, family, resolve, connectTo, selectors }) {
    const bare = words.every((word) => word.startsWith("-") || word === "30s");
    return [
      ...options("--server", servers),
      ...(cacert === undefined ? [] : ["--cacert", cacert]),
      ...(family === undefined || bare ? [] : [`-${family}`]),
      ...(bare && servers.every((server) => !ENCRYPTED.test(server))
        ? []
        : [...options("--resolve", resolve), ...options("--connect-to", connectTo)]),
      ...(bare ? [] : options("--dkim-selector", selectors)),
      ...words,
    ];
  },
  resolve(words, { servers, cacert, family }) {
    const own = words.flatMap((word, index) => words[index - 1] === "--server" ? [word] : []);
    const asked = own.length > 0 ? own : words.includes("--trace-delegation") ? [] : servers;
    const plain = !words.some((word) => OF_ADDRESSES.has(word)) && ipVersion(words.at(-1) ?? "") === undefined;
    return [
      ...(own.length > 0 ? [] : options("--server", asked)),
      ...(cacert !== undefined && asked.some((server) => ENCRYPTED.test(server)) ? ["--cacert", cacert] : []),
      ...(family !== undefined && plain ? [`-${family}`] : []),
      ...words,
    ];
  },
  get(words, { servers, cacert, family, resolve, connectTo, place }, target) {
    // It has no option for name servers: what they answered is given instead.
    const led = place && servers.length > 0 && connectTo.length === 0 && target.kind === "service" &&
      ipVersion(target.host) === undefined;
    return [
      ...(cacert === undefined ? [] : ["--cacert", cacert]),
      ...(family === undefined ? [] : [`-${family}`]),
      ...options("--resolve", led ? [...resolve, `${target.host}:${target.port}:${place.address}`] : resolve),
      ...options("--connect-to", connectTo),
      ...words,
    ];
  },
  "tcp check": (words, given, target) => inFamily(led(words, given, target), given),
  "tcp connect"(words, given, target) {
    const tls = words.includes("--tls");
    const trusted = tls && given.cacert !== undefined && !["--cacert", "--pin"].some((other) => words.includes(other));
    return [...(trusted ? ["--cacert", given.cacert] : []), ...inFamily(led(words, given, target, tls), given)];
  },
  "chat join": (words, given, target) => inFamily(led(words, given, target, words.includes("--tls")), given),
  "file ls": (words, given) => inFamily(words, given),
};

/** Options of `resolve` with which it takes no IP version. */
const OF_ADDRESSES: ReadonlySet<string> = new Set([
  "--type",
  "--class",
  "--axfr",
  "--trace-delegation",
  "--validate",
]);

/** Adds what was given to a command line without `toucan`. */
export function withGiven(line: string, given: Given, target: Target): readonly string[] {
  const words = line.split(" ");
  const count = words.slice(0, 2).join(" ") in ADDING ? 2 : 1;
  const command = words.slice(0, count);
  return [...command, ...ADDING[command.join(" ")]?.(words.slice(count), given, target) ?? words.slice(count)];
}

function options(name: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [name, value]);
}

/** The address that the name of the target led to, in its place: the tool would look the name up by itself. */
function led(words: readonly string[], { place }: Given, target: Target, tls = false): readonly string[] {
  const last = words.at(-1) ?? "";
  if (!place || target.kind !== "service" || ipVersion(target.host) || last !== addressOf(target)) return words;
  return [...words.slice(0, -1), ...(tls ? ["--sni", target.host] : []), placeText(place)];
}

function inFamily(words: readonly string[], { family }: Given): readonly string[] {
  const literal = hostOf(words.at(-1) ?? "");
  if (family === undefined || words.includes("-4") || words.includes("-6") || ipVersion(literal)) return words;
  return [`-${family}`, ...words];
}

function hostOf(place: string): string {
  try {
    const address = parseAddress(place, { port: 0 });
    return address.transport === "unix" ? "" : address.host;
  } catch (error) {
    if (!(error instanceof ToucanError)) throw error;
    return "";
  }
}
