/** Hints for options of nc, ncat and socat. */
export const HINTS: Readonly<Record<string, string>> = {
  "-l": "use toucan udp listen PORT",
  "--listen": "use toucan udp listen PORT",
  "-k": "not needed: toucan udp listen receives from all peers",
  "-v": "use --trace to print each datagram",
  "--verbose": "use --trace to print each datagram",
  "-p": "the port is part of the address: HOST:PORT",
  "-s": "use toucan udp send --from ADDRESS for the source address",
  "-w": "use toucan udp send --wait to wait for replies, toucan udp listen --timeout for an idle timeout",
  "-e": "cannot run programs: connect the program's stdin and stdout to this tool's",
  "-U": "use unix:PATH as the address",
  "-z": "only a reply shows that a datagram was received: use toucan udp send --wait to wait for one",
  "-c": "use toucan udp send --crlf",
};
