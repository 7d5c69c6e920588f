import { NetworkError, ToucanError } from "../../core/mod.ts";
import { follow, type FollowOptions } from "../../http/mod.ts";
import { compareVersions, isVersion } from "./compare_versions.ts";

/** Maximum size of a list of checksums, in bytes. */
const MAX_SUMS_BYTES = 1024 * 1024;

/** The newest release of a program. */
export interface Release {
  /** Its version, such as `1.0.0`. */
  readonly version: string;
  /** Names of its files. */
  readonly files: readonly string[];
}

/**
 * Returns the newest release of a program, by one request for `latest/download/SHA256SUMS` below `releases`, which lists
 * archives as `PROGRAM-VERSION-TARGET.tar.xz`. A redirect from https: to http: is an error. `timeout` is total.
 *
 * @throws {NetworkError} `no-release` when there is none, `http-status` for another status, `invalid-release` for a list
 * without archives of the program, `redirect-insecure`; and the errors of `follow`.
 * @throws {TimeoutError} `timeout`
 */
export async function newestRelease(program: string, releases: URL, options: FollowOptions = {}): Promise<Release> {
  const url = new URL(`${releases.href.replace(/\/*$/, "")}/latest/download/SHA256SUMS`);
  const peer = url.host;
  using response = await follow(url, {
    ...options,
    onRedirect({ from, to }) {
      if (from.protocol !== "https:" || to.protocol === "https:") return;
      throw new NetworkError(`cannot check ${url}: redirect from https to http`, { code: "redirect-insecure", peer });
    },
  });
  const { status } = response;
  if (status === 404) throw new NetworkError(`cannot check ${url}: no release found`, { code: "no-release", peer });
  if (status !== 200) {
    throw new NetworkError(`cannot check ${url}: HTTP status ${status}`, { code: "http-status", peer });
  }
  const text = await response.text(MAX_SUMS_BYTES).catch((cause: unknown) => {
    if (!(cause instanceof ToucanError) || cause.code !== "too-large") throw cause;
    throw new NetworkError(`cannot check ${url}: ${cause.message}`, { code: "invalid-release", peer, cause });
  });
  const files = text.split("\n").flatMap(fileOf);
  const versions = files.flatMap((file) => versionIn(file, program)).sort(compareVersions);
  const version = versions.at(-1);
  if (version !== undefined) return { version, files };
  throw new NetworkError(`cannot check ${url}: no archive of ${program} is listed`, { code: "invalid-release", peer });
}

function fileOf(line: string): string[] {
  const [, file] = /^[0-9a-f]{64} [ *]([\w.+-]+)\r?$/i.exec(line) ?? [];
  return file === undefined ? [] : [file];
}

/** Returns the version in the name of an archive, which is followed by a target such as `x86_64-apple-darwin`. */
function versionIn(file: string, program: string): string[] {
  if (!file.startsWith(`${program}-`)) return [];
  const [, version] = /^(\d.*)-(?:x86_64|aarch64)-[a-z]+-[a-z]+(?:-[a-z]+)?\.(?:tar\.[a-z]+|zip)$/
    .exec(file.slice(program.length + 1)) ?? [];
  return version !== undefined && isVersion(version) ? [version] : [];
}
