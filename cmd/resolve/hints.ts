import { RECORD_TYPES } from "../../lib/dns/internal.ts";

/** Hints for options of dig, host and nslookup that have another form here. */
export const HINTS: Readonly<Record<string, string>> = {
  "+…": "see --help for the options of a query",
  "-b": "the source address is chosen by the system",
  "-a": "specify the types with --type, separated by commas",
  "-v": "print the messages sent and received with --trace",
  "-debug": "print the messages sent and received with --trace",
  "+tls-hostname": "specify the name in the certificate with the server: tls://HOST#NAME",
  "+tls-sni": "specify the name in the certificate with the server: tls://HOST#NAME",
  "+nosearch": "a name with a dot at its end is looked up as it is",
  "+ndots": "options ndots:N in /etc/resolv.conf, or RES_OPTIONS",
  "--debug": "print the messages sent and received with --trace",
  ...Object.fromEntries(
    RECORD_TYPES.filter((type) => type !== "HTTPS").map((
      type,
    ) => [`--${type.toLowerCase()}`, `query it with --type ${type}`]),
  ),
};
