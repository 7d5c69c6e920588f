import { type LockFile, packagesOf } from "../../checks/dependencies.ts";

/** Package of npm that a release contains. */
export interface Package {
  /** Name with its scope: `@peculiar/x509`. */
  readonly name: string;
  readonly version: string;
  /** Checksum of its archive in hexadecimal digits, and the name of the algorithm in CycloneDX. */
  readonly hash?: { readonly alg: "SHA-512" | "SHA-1"; readonly content: string };
  /** Keys (`NAME@VERSION`) of the packages that it imports. */
  readonly dependencies: readonly string[];
  /** Licence by its SPDX identifier or expression, if known. */
  readonly licence?: string;
}

/** The parts of `deno.lock` that are read. */
export interface Lock extends LockFile {
  readonly npm: Readonly<Record<string, { readonly integrity?: string; readonly dependencies?: readonly string[] }>>;
}

/** Specifier of a package in a module: `"npm:parse5@8.1.1"`, maybe with a path. */
const SPECIFIER = /"npm:((?:@[\w.-]+\/)?[\w.-]+@\d[\w.-]*)/g;

/** Returns the keys of the packages that modules import. */
export function importedPackages(sources: Iterable<string>): string[] {
  const keys = new Set<string>();
  for (const text of sources) for (const [, key = ""] of text.matchAll(SPECIFIER)) keys.add(key);
  return [...keys].sort();
}

/** Returns the packages that start from some and all that these import, sorted by key. */
export function lockedPackages(lock: Lock, keys: readonly string[]): Map<string, Package> {
  const all = new Set(keys.flatMap((key) => [...packagesOf(lock, key)]));
  return new Map(
    [...all].sort().map((key) => {
      const locked = lock.npm[key];
      if (!locked) throw new Error(`deno.lock lacks ${key}`);
      const at = key.lastIndexOf("@");
      const direct = new Set((locked.dependencies ?? []).flatMap((name) => {
        const found = name in lock.npm ? name : [...all].find((other) => other.startsWith(`${name}@`));
        return found === undefined ? [] : [found];
      }));
      return [key, {
        name: key.slice(0, at),
        version: key.slice(at + 1),
        hash: hashOf(locked.integrity),
        dependencies: [...direct].sort(),
      }];
    }),
  );
}

function hashOf(integrity: string | undefined): Package["hash"] {
  const [, name, content] = /^(sha512|sha1)-(\S+)$/.exec(integrity ?? "") ?? [];
  if (name === undefined || content === undefined) return undefined;
  return { alg: name === "sha512" ? "SHA-512" : "SHA-1", content: Uint8Array.fromBase64(content).toHex() };
}
