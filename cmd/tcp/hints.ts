/** Hints for options of nc, ncat, socat and telnet. */
const COMMON_HINTS: Readonly<Record<string, string>> = {
  "-n": "addresses are never looked up",
  "-u": "datagrams are sent and received with toucan udp",
  "--udp": "datagrams are sent and received with toucan udp",
  "-e": "cannot run programs: connect the program's stdin and stdout to this tool's",
  "--exec": "cannot run programs: connect the program's stdin and stdout to this tool's",
  "-c": "cannot run programs: connect the program's stdin and stdout to this tool's",
  "--sh-exec": "cannot run programs: connect the program's stdin and stdout to this tool's",
  "-i": "use --rate to limit the rate, or --idle for an idle timeout",
  "-o": "use --dump to write a hex dump to a file",
  "--output": "use --dump to write a hex dump to a file",
  "-z": "use toucan tcp check HOST:PORT to check which ports are open",
  "-U": "use unix:PATH as the address",
  "--unixsock": "use unix:PATH as the address",
  "-p": "the port is part of the address: HOST:PORT",
  "--port": "the port is part of the address: HOST:PORT",
};

/** Hints for `tcp connect`. */
export const CONNECT_HINTS: Readonly<Record<string, string>> = {
  ...COMMON_HINTS,
  "-l": "use toucan tcp listen PORT",
  "--listen": "use toucan tcp listen PORT",
  "-k": "use toucan tcp listen --keep PORT",
  "-p": "use --from :PORT for the source port; the port to connect to is part of the address: HOST:PORT",
  "-P": "use --proxy socks5://USER:PASSWORD@HOST:PORT",
  "--proxy-auth": "use --proxy socks5://USER:PASSWORD@HOST:PORT",
  "-X": "use --proxy socks5://HOST:PORT, with the proxy protocol as scheme",
  "--proxy-type": "use --proxy socks5://HOST:PORT, with the proxy protocol as scheme",
};

/** Hints for `tcp listen`. */
export const LISTEN_HINTS: Readonly<Record<string, string>> = {
  ...COMMON_HINTS,
  "-l": "not needed: use toucan tcp listen PORT",
  "--listen": "not needed: use toucan tcp listen PORT",
  "--chat": "use --keep --broadcast to relay each client's data to all others, or toucan chat serve",
  "-s": "the address is part of the operand: HOST:PORT",
};

/** Hints for `tcp check`, also for options of nmap. */
export const CHECK_HINTS: Readonly<Record<string, string>> = {
  "-p": "the ports are part of the target: HOST:20-25,80",
  "-i": "use toucan tcp check - < FILE to read targets from a file",
  "-o": "use --json for records, --open for open ports only",
  "-T": "use --concurrency for the number of ports checked at once, --timeout (-w) for the limit of each",
  "-sS": "toucan tcp check HOST:PORTS always connects, as nmap -sT",
  "-u": "UDP ports cannot be checked; use toucan udp send --wait to wait for a reply",
};
