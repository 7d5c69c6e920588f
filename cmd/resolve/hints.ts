import { RECORD_TYPES } from "../../lib/dns/internal.ts";

/** Hints for options of dig, host and nslookup that have another form here. */
export const HINTS: Readonly<Record<string, string>> = {
  "+…": "see --help for the options of a query",
  "-p": "specify the port with the server: --server HOST:PORT",
  "--port": "specify the port with the server: --server HOST:PORT",
  "-f": "write the names to stdin: toucan resolve < FILE",
  "-b": "the source address is chosen by the system",
  "-a": "specify the types with --type, separated by commas",
  "-v": "print the messages sent and received with --trace",
  "-debug": "print the messages sent and received with --trace",
  "-port": "specify the port with the server: --server HOST:PORT",
  "+tls": "specify the server as tls://HOST",
  "+https": "specify the server as https://HOST/dns-query",
  "+https-get": "specify the server as https://HOST/dns-query",
  "+json": "print records with --json",
  "--debug": "print the messages sent and received with --trace",
  ...Object.fromEntries(RECORD_TYPES.map((type) => [`--${type.toLowerCase()}`, `query it with --type ${type}`])),
};
