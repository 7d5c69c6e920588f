import {
  type Address,
  type AddressDefaults,
  type HostPort,
  parseAddress,
  parsePort,
} from "../../core/address/address.ts";
import { UsageError } from "../../core/errors/errors.ts";
import { parseDuration, parseRate, parseSize } from "../../core/time/units.ts";

/** Completions of a value: words, comma-separated words, files, folders, files after a prefix. */
export type Completion =
  | readonly string[]
  | { readonly listOf: readonly string[] }
  | "file"
  | "directory"
  | { readonly fileAfter: string };

/** A kind of value of an option or operand. */
export interface Kind<T> {
  /** Placeholder in help: `DURATION`. */
  readonly metavar: string;
  /** Description of accepted values, as the end of the sentence "expected …". */
  readonly accepts: string;
  /** Completions that a shell offers. */
  readonly complete?: Completion;
  /** Parses the text; throws an error of the library if it is invalid. */
  parse(text: string): T;
}

/** Any text. */
export function text(metavar = "TEXT", accepts = "a text"): Kind<string> {
  return { metavar, accepts, parse: (text) => text };
}

/** A text of a form of its own, which `parse` checks. */
export function parsed<T>(metavar: string, accepts: string, parse: (text: string) => T): Kind<T> {
  return { metavar, accepts, parse };
}

/** A whole number within bounds. */
export function integer(min: number, max: number, metavar = "N"): Kind<number> {
  return {
    metavar,
    accepts: `a whole number from ${min} to ${max}`,
    parse(text) {
      const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
      if (!(value >= min && value <= max)) throw new UsageError(`"${text}" is not ${this.accepts}`);
      return value;
    },
  };
}

/** One word of several. */
export function choice<const T extends string>(...words: readonly T[]): Kind<T> {
  return {
    metavar: words.join("|"),
    accepts: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    complete: words,
    parse(text) {
      const word = words.find((word) => word === text);
      if (word === undefined) throw new UsageError(`invalid value "${text}"`);
      return word;
    },
  };
}

/** Some words of several, separated by commas. */
export function choices<const T extends string>(metavar: string, words: readonly T[]): Kind<readonly T[]> {
  const one = choice(...words);
  return {
    metavar,
    accepts: `one or several of ${words.join(",")}, separated by commas`,
    complete: { listOf: words },
    parse: (text) => text.split(",").map((word) => one.parse(metavar === metavar.toUpperCase() ? word.trim() : word)),
  };
}

/** A time span, in milliseconds. */
export const duration: Kind<number> = {
  metavar: "DURATION",
  accepts: "a number with ms, s, m or h, such as 500ms or 10s",
  parse(text) {
    const ms = parseDuration(text);
    if (ms === 0) throw new UsageError(`invalid duration "${text}": must be greater than zero`);
    return ms;
  },
};

/** A size, in bytes. */
export const size: Kind<number> = {
  metavar: "SIZE",
  accepts: "a number with k, M or G (powers of 1024), such as 64k",
  parse: parseSize,
};

/** A rate, in bytes per second. */
export const rate: Kind<number> = {
  metavar: "RATE",
  accepts: "a size per second above zero, such as 10M/s",
  parse: parseRate,
};

/** A port number. */
export const port: Kind<number> = {
  metavar: "PORT",
  accepts: "a number from 1 to 65535",
  parse: (text) => parsePort(text),
};

/** A file that is read or written. */
export const file: Kind<string> = {
  metavar: "FILE",
  accepts: "the path of a file",
  complete: "file",
  parse: path,
};

/** A folder. */
export const directory: Kind<string> = {
  metavar: "DIR",
  accepts: "the path of a folder",
  complete: "directory",
  parse: path,
};

function path(text: string): string {
  if (text === "" || text.includes("\0")) throw new UsageError(`invalid path "${text}"`);
  return text;
}

/** The host and the port of a further listener, whose default host is this machine; port 0 is any that is free. */
export function listenerAddress(example: string): Kind<HostPort> {
  const accepts = `a port, or a host and a port such as ${example}`;
  return {
    metavar: "[HOST:]PORT",
    accepts,
    parse(text) {
      const address = parseAddress(text, { host: "127.0.0.1", anyPort: true });
      if (address.transport !== "ip") throw new UsageError(`"${text}" is not a host and a port`);
      return address;
    },
  };
}

/** Completions of an address: unix sockets after `unix:`. */
export const UNIX: Completion = { fileAfter: "unix:" };

/** A network address; see {@link parseAddress}. */
export function address(metavar: string, defaults: AddressDefaults = {}): Kind<Address> {
  const accepts = defaults.host === undefined ? "HOST:PORT, [V6]:PORT or unix:/path" : "[HOST:]PORT or unix:/path";
  return { metavar, accepts, complete: UNIX, parse: (text) => parseAddress(text, defaults) };
}
