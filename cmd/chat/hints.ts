/** What is typed out of habit from irssi, weechat and the like, and how it is said here. */
export const JOIN_HINTS: Readonly<Record<string, string>> = {
  "-n": "the nick stands in front of the server: NICK@HOST",
  "--nick": "the nick stands in front of the server: NICK@HOST",
  "-p": "the port stands with the server: HOST:PORT",
  "--port": "the port stands with the server: HOST:PORT",
  "-w": "give the password with --password-file",
  "--password": "give the password with --password-file",
  "--sasl": "log in to an account with --account NAME",
  "-s": "speak TLS with --tls",
};
