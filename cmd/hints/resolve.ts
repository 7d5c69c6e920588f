import { RECORD_TYPES } from "../../lib/dns/internal.ts";

/** What is typed out of habit from dig, host and nslookup, and how it is said here. */
export const HINTS: Readonly<Record<string, string>> = {
  "@…": "name the server with --server (-s)",
  "+short": "without --type the addresses alone are printed; all that is known is in the record of --json",
  "+tcp": "ask over TCP with --tcp",
  "+vc": "ask over TCP with --tcp",
  "+trace": "the servers from the root on are not asked one after the other; --trace shows what crosses the wire",
  "+…": "see --help for what can be said about a question",
  "-x": "give the address by itself: toucan resolve 192.0.2.7",
  "-p": "give the port with the server: --server HOST:PORT",
  "--port": "give the port with the server: --server HOST:PORT",
  "-q": "give the name by itself",
  "-c": "the class is IN",
  "-f": "write the names to stdin: toucan resolve < FILE",
  "-b": "the system chooses the address that is sent from",
  "-T": "ask over TCP with --tcp",
  "-a": "name the types with --type, separated by commas",
  "-v": "show what crosses the wire with --trace",
  "-W": "limit the time with --timeout",
  "-R": "say how often with --attempts",
  "--query": "name the types with --type (-t)",
  "--querytype": "name the types with --type (-t)",
  "--debug": "show what crosses the wire with --trace",
  ...Object.fromEntries(RECORD_TYPES.map((type) => [`--${type.toLowerCase()}`, `ask for it with --type ${type}`])),
};
