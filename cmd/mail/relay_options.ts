import {
  credentialsOf,
  flag,
  kind,
  list,
  option,
  pathNeeds,
  releasePaths,
  TRUST,
  USER,
  type Values,
} from "../../lib/cli/mod.ts";
import { isLocalHost, readCaFile, UsageError } from "../../lib/core/mod.ts";
import { addressPattern, type MailRelayOptions, parseMailServer } from "../../lib/mail/internal.ts";
import { serverKind } from "./server_kind.ts";

const RELAY = { with: ["relay-to"], group: "relay" };

const allowed = kind.parsed("ADDRESS", "an address, @DOMAIN, or a pattern such as *@*.example.com", (text) => {
  addressPattern(text);
  return text;
});

/** Options of `mail sink` for the server that messages can be released to. */
export const RELAY_OPTIONS = {
  "relay-to": option(serverKind, "offer to release messages, one by one, to this mail server", {
    group: "relay",
    needs: pathNeeds,
    without: ["smtp-only"],
    because: "messages are released on the page or by the API",
  }),
  "relay-recipient": list(
    allowed,
    "release messages only to this recipient; @example.com and *: all that match",
    RELAY,
  ),
  "relay-tls": option(
    kind.choice("starttls", "implicit", "opportunistic", "none"),
    "security of the connection to it (default: starttls; with smtps:// implicit)",
    RELAY,
  ),
  "relay-cacert": { ...TRUST.cacert, ...RELAY, alias: [], help: "additional CA certificates for it (PEM)" },
  "relay-pin": { ...TRUST.pin, ...RELAY, alias: [], help: "trust its key by its SHA-256" },
  "relay-user": { ...USER.user, ...RELAY, short: undefined, help: "user name at it" },
  "relay-password-file": option(kind.file, "file whose first line is the password at it", {
    group: "relay",
    reads: true,
    startup: true,
    with: ["relay-to"],
  }),
  "relay-auth-without-tls": flag("send the password over a connection without TLS", RELAY),
};

type RelayValues = Values<typeof RELAY_OPTIONS> & { readonly user?: string; readonly web: { readonly host: string } };

/** Returns the server to release messages to, and how; undefined without one. */
export async function relayOf(
  options: RelayValues,
): Promise<{ readonly server: string; readonly options: MailRelayOptions } | undefined> {
  const { "relay-to": to, "relay-recipient": recipients, "relay-cacert": cacert, "relay-pin": pin } = options;
  if (!to) return undefined;
  if (!isLocalHost(options.web.host) && options.user === undefined && recipients.length === 0) {
    throw new UsageError(`releasing messages from an inbox on ${options.web.host} requires authentication`, {
      hint: "require a password with --user, or name the recipients with --relay-recipient",
    });
  }
  const { implicitTls } = parseMailServer(to.text, options["relay-tls"]);
  const tls = options["relay-tls"] ?? (implicitTls ? "implicit" : "starttls");
  const caCerts = cacert === undefined ? undefined : await readCaFile(cacert);
  releasePaths(cacert);
  const who = await relayCredentials(options, to.user);
  return {
    server: to.text,
    options: {
      ...{ tls, trust: { caCerts, pin }, recipients: recipients.length > 0 ? recipients : undefined },
      auth: who && { user: who.user, secret: who.password, withoutTls: options["relay-auth-without-tls"] },
    },
  };
}

async function relayCredentials(options: RelayValues, userOfUrl: string | undefined): ReturnType<typeof credentialsOf> {
  const { "relay-user": user = userOfUrl, "relay-password-file": file } = options;
  // The password of the clients of the sink must not go to another server.
  if (user !== undefined && file === undefined && !user.includes(":") && options.user !== undefined) {
    throw new UsageError(`the password of ${user} at the relay is missing`, { hint: "use --relay-password-file" });
  }
  return await credentialsOf({ user, "password-file": file });
}
