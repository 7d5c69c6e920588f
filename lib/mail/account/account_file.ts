import { UsageError } from "../../core/errors/errors.ts";

/** Account of a mail server, as a file in the form of msmtp describes it. */
export interface SendingAccount {
  /** Name of the server. */
  readonly host: string;
  /** Port, if it is given. */
  readonly port?: number;
  /** Security of the connection. */
  readonly tls: "starttls" | "implicit" | "none";
  /** Whether the certificate is verified. */
  readonly verify: boolean;
  /** File with authorities to trust. */
  readonly trustFile?: string;
  /** Sender of the envelope, and of the From field unless another one is given. */
  readonly from?: string;
  /** User, if the server requires a login. */
  readonly user?: string;
  /** Password, if the file contains it. */
  readonly password?: string;
  /** Authentication mechanism, in lower case; undefined for the best one. */
  readonly auth?: string;
  /** EHLO name. */
  readonly helo?: string;
}

/** Keywords that are read. */
const KNOWN = [
  "host",
  "port",
  "tls",
  "tls_starttls",
  "tls_certcheck",
  "tls_trust_file",
  "from",
  "user",
  "password",
  "auth",
  "domain",
] as const;
/** Keywords without a meaning here: they log, or change only what msmtp does with its standard input; --timeout is an option here. */
const IGNORED =
  /^(?:logfile|logfile_time_format|syslog|aliases|undisclosed_recipients|remove_bcc_headers|set_\w+_header|add_missing_\w+_header|eval|timeout|allow_from_override|auto_from|maildomain|from_full_name)$/;
/** Names of the authorities of the system, as distributions have them. */
const SYSTEM_TRUST =
  /^(?:system|\/etc\/ssl\/certs\/ca-certificates\.crt|\/etc\/ssl\/cert\.pem|\/etc\/pki\/tls\/certs\/ca-bundle\.crt)$/;
/** Mechanisms by msmtp's names. */
const MECHANISMS = /^(?:plain|login|cram-md5|scram-sha-256|oauthbearer|xoauth2)$/;

type Settings = Map<(typeof KNOWN)[number], string>;

/**
 * Returns an account of a file in the form of msmtp: `defaults`, `account NAME [: PARENT, …]`, keywords with values. `default` is the account
 * of that name.
 *
 * @param text Content of the file.
 * @param name Name of the account.
 * @returns The account.
 * @throws {UsageError} `invalid-account`: the account does not exist, has no host, or asks for something that is not supported here, such as
 * a command that prints the password.
 * @example Read an account
 * ```ts
 * import { parseSendingAccount } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { host, tls } = parseSendingAccount("account work\nhost smtp.example.com\ntls on\n", "work");
 * assertEquals([host, tls], ["smtp.example.com", "starttls"]);
 * ```
 */
export function parseSendingAccount(text: string, name: string): SendingAccount {
  const accounts = new Map<string, Settings>();
  let defaults: Settings = new Map();
  let current: Settings | undefined;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const [, keyword = "", rest = ""] = /^\s*([a-z_]+)\s*(.*?)\s*$/i.exec(line) ?? [];
    if (line.trim() === "" || line.trim().startsWith("#")) continue;
    if (keyword === "defaults") current = defaults = new Map();
    else if (keyword === "account") {
      const [own = "", parents = ""] = rest.split(":").map((part) => part.trim());
      current = new Map(defaults);
      for (const parent of parents.split(",").map((part) => part.trim()).filter(Boolean)) {
        const found = accounts.get(parent);
        if (!found) throw invalid(`line ${i + 1}: account ${parent} is not defined above`);
        for (const [key, value] of found) current.set(key, value);
      }
      accounts.set(own, current);
    } else if (IGNORED.test(keyword)) continue;
    else if (!current) throw invalid(`line ${i + 1}: it belongs to no account`);
    else {
      const known = KNOWN.find((known) => known === keyword);
      // What is not read could be what makes the connection safe.
      if (!known) {
        throw invalid(`line ${i + 1}: ${keyword === "" ? "it has no keyword" : `${keyword} is not supported`}`);
      }
      current.set(known, unquoted(rest));
    }
  }
  const found = accounts.get(name);
  if (!found) throw invalid(`account ${name} does not exist (accounts: ${[...accounts.keys()].join(", ") || "none"})`);
  return accountOf(found, name);
}

function accountOf(settings: Settings, name: string): SendingAccount {
  const host = settings.get("host");
  if (!host) throw invalid(`account ${name} has no host`);
  const port = settings.get("port");
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) throw invalid(`account ${name} has an invalid port`);
  const tls = isOn(settings, "tls", name, false);
  const auth = settings.get("auth")?.toLowerCase() ?? "off";
  if (!MECHANISMS.test(auth) && !["on", "off", ""].includes(auth)) {
    throw invalid(`account ${name}: auth ${auth} is not supported`);
  }
  const user = auth === "off" ? undefined : settings.get("user");
  if (auth !== "off" && user === undefined) throw invalid(`account ${name} has no user`);
  const trustFile = settings.get("tls_trust_file");
  const optional = {
    port: port === undefined ? undefined : Number(port),
    trustFile: SYSTEM_TRUST.test(trustFile ?? "system") ? undefined : trustFile,
    ...{ from: settings.get("from"), user, helo: settings.get("domain") },
    password: user === undefined ? undefined : settings.get("password"),
    auth: MECHANISMS.test(auth) ? auth : undefined,
  };
  return {
    host,
    tls: !tls ? "none" : isOn(settings, "tls_starttls", name, true) ? "starttls" : "implicit",
    verify: isOn(settings, "tls_certcheck", name, true),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined && value !== "")),
  };
}

function isOn(
  settings: Settings,
  keyword: "tls" | "tls_starttls" | "tls_certcheck",
  name: string,
  other: boolean,
): boolean {
  const value = settings.get(keyword);
  if (value === undefined) return other;
  // A keyword by itself is on.
  if (value === "" || value === "on") return true;
  if (value === "off") return false;
  throw invalid(`account ${name}: ${keyword} must be on or off`);
}

/** A value without the quotes around it. */
function unquoted(text: string): string {
  return /^"(.*)"$/.exec(text)?.[1] ?? text;
}

function invalid(why: string): UsageError {
  return new UsageError(`invalid account file: ${why}`, { code: "invalid-account" });
}
