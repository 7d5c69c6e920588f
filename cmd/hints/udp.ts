/** What is typed out of habit from nc, ncat and socat, and how it is said here. */
export const HINTS: Readonly<Record<string, string>> = {
  "-l": "listen with toucan udp listen PORT",
  "--listen": "listen with toucan udp listen PORT",
  "-u": "it is UDP",
  "--udp": "it is UDP",
  "-k": "it goes on after the first peer",
  "-v": "show what crosses the wire with --trace",
  "--verbose": "show what crosses the wire with --trace",
  "-p": "the port stands with the address: HOST:PORT",
  "-s": "toucan udp send --from ADDRESS says where it is sent from",
  "-b": "a broadcast address can be sent to as it is",
  "-U": "write the path of the socket as unix:PATH",
  "-z": "only a reply shows that a datagram was received: toucan udp send --wait 1s waits for one",
  "-q": "toucan udp send --wait SECONDS says how long it waits for replies",
  "-i": "toucan udp send --interval says how long it waits between datagrams",
  "-c": "toucan udp send --crlf ends the lines with CR LF",
};
