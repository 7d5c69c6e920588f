import { type Call, credentialsOf, releasePaths } from "../../lib/cli/mod.ts";
import { fromSystem, isWindows, UsageError } from "../../lib/core/mod.ts";
import { mailboxOf, parseSendingAccount, readMessageFile } from "../../lib/mail/internal.ts";
import type { SEND_RECORDS } from "./records.ts";
import type { sendOptions } from "./send_options.ts";

type SendCall = Call<typeof sendOptions, typeof SEND_RECORDS>;
type Who = Awaited<ReturnType<typeof credentialsOf>>;

/** Returns a call with the settings of its account, where it names one, and the credentials to use. Options on the command line win. */
export async function withAccount(
  call: SendCall,
): Promise<{ readonly call: SendCall; readonly who: () => Promise<Who> }> {
  const { options } = call;
  const asked = (user: string | undefined) => () => credentialsOf({ ...options, user });
  if (options.account === undefined || options.accounts === undefined) {
    return { call, who: asked(options.user ?? options.server?.user) };
  }
  const text = await secretFile(options.accounts);
  const account = parseSendingAccount(text, options.account);
  if (account.trustFile !== undefined) {
    throw new UsageError(`account ${options.account} has a tls_trust_file`, { hint: "specify it with --cacert" });
  }
  const { host, port, tls, user, password } = account;
  const place = `${tls === "implicit" ? "smtps" : "smtp"}://${host.includes(":") ? `[${host}]` : host}`;
  const server = { text: port === undefined ? place : `${place}:${port}`, user: undefined };
  const merged = {
    ...options,
    server,
    tls: options.tls ?? tls,
    insecure: options.insecure || !account.verify,
    from: options.from ?? (account.from === undefined ? undefined : mailboxOf(account.from)),
    auth: options.auth ?? authOf(account.auth),
    helo: options.helo ?? account.helo,
  };
  const known = password !== undefined && user !== undefined && options.user === undefined;
  const who = known ? () => Promise.resolve({ user, password }) : asked(options.user ?? user);
  return { call: { ...call, options: merged }, who };
}

const MECHANISMS = ["plain", "login", "cram-md5", "scram-sha-256", "oauthbearer", "xoauth2"] as const;

function authOf(name: string | undefined): (typeof MECHANISMS)[number] | undefined {
  return MECHANISMS.find((mechanism) => mechanism === name);
}

/** Returns the text of a file that may contain passwords: only its owner may read it. */
async function secretFile(path: string): Promise<string> {
  const text = new TextDecoder().decode(await readMessageFile(path));
  let mode: number | null;
  try {
    ({ mode } = await Deno.stat(path));
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
  if (/^\s*password\s/m.test(text) && !isWindows() && ((mode ?? 0) & 0o077) !== 0) {
    throw new UsageError(`${path} contains a password, and others may read it`, { hint: `run: chmod 600 ${path}` });
  }
  releasePaths(path);
  return text;
}
