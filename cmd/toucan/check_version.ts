import { type Call, clientTls, type ExitCode, type Option, type Output, RELEASES, VERSION } from "../../lib/cli/mod.ts";
import { isWindows, type Os, readVariable, type Trace } from "../../lib/core/mod.ts";
import { compareVersions, newestRelease } from "../../lib/get/internal.ts";
import { proxyForUrl } from "../../lib/http/mod.ts";
import { readReleases } from "./releases.ts";
import type { VERSION_RECORDS } from "./version_records.ts";

/** Checks whether there is a newer release, prints the result, and returns 1 if there is. */
export async function checkVersion(call: VersionCall): Promise<ExitCode> {
  const { options: { json, timeout, cacert }, output, signal, trace } = call;
  const releases = call.options.releases ?? fromEnvironment() ?? new URL(RELEASES);
  const tls = await clientTls({ ...NO_TLS, cacert, tls: releases.protocol === "https:" }, output, "use an https URL");
  const proxyFor = (url: URL) => proxyForUrl(url, readVariable);
  const { version: newest } = await newestRelease("toucan", releases, { tls, timeout, signal, trace, proxyFor });
  const newer = compareVersions(newest, VERSION) > 0;
  const install = newer ? installLine(releases) : undefined;
  if (json) {
    output.record({ version: VERSION, newest, newer, install });
  } else if (install === undefined) {
    output.line(`toucan ${VERSION} is the newest version`);
  } else {
    output.line(`toucan ${newest} is newer than this version, ${VERSION}`);
    output.note(`hint: to install it: ${install}`);
  }
  return newer ? 1 : 0;
}

/** A call of `toucan version`, as far as the check uses it. */
interface VersionCall extends Omit<Call<Record<never, Option>, typeof VERSION_RECORDS>, "options"> {
  readonly options: {
    readonly json: boolean;
    readonly timeout: number;
    readonly releases: URL | undefined;
    readonly cacert: string | undefined;
  };
  readonly output: Output<typeof VERSION_RECORDS>;
  readonly trace?: Trace;
}

/** Values of the TLS options that a check does not have. */
const NO_TLS = { pin: undefined, insecure: false, sni: undefined, cert: undefined, key: undefined } as const;

function fromEnvironment(): URL | undefined {
  const text = readVariable("TOUCAN_RELEASES");
  return text ? readReleases(text) : undefined;
}

/** Returns the command that installs the newest release on a system, by default this one. */
export function installLine(releases: URL, os?: Os): string {
  const at = releases.href.replace(/\/*$/, "");
  if (isWindows(os)) {
    const script = `irm ${at}/latest/download/install.ps1`;
    return at === RELEASES ? `${script} | iex` : `& ([scriptblock]::Create((${script}))) -Releases ${at}`;
  }
  const script = `curl -fsSL ${at}/latest/download/install.sh | sh`;
  return at === RELEASES ? script : `${script} -s -- --releases ${at}`;
}
