import { RECORD_TYPES } from "../../lib/dns/internal.ts";

/** What is typed out of habit from dig, host and nslookup, and how it is said here. */
export const HINTS: Readonly<Record<string, string>> = {
  "+trace": "the servers from the root on are not asked one after the other; --trace shows what crosses the wire",
  "+…": "see --help for what can be said about a question",
  "-p": "give the port with the server: --server HOST:PORT",
  "--port": "give the port with the server: --server HOST:PORT",
  "-c": "the class is IN",
  "-f": "write the names to stdin: toucan resolve < FILE",
  "-b": "the system chooses the address that is sent from",
  "-a": "name the types with --type, separated by commas",
  "-v": "show what crosses the wire with --trace",
  "-debug": "show what crosses the wire with --trace",
  "-port": "give the port with the server: --server HOST:PORT",
  "ANY": "name the types with --type, separated by commas",
  ...Object.fromEntries(RECORD_TYPES.map((type) => [type, `ask for it with --type ${type}`])),
  "--debug": "show what crosses the wire with --trace",
  ...Object.fromEntries(RECORD_TYPES.map((type) => [`--${type.toLowerCase()}`, `ask for it with --type ${type}`])),
};
