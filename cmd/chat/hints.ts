/** Hints for options of irssi, WeeChat and other clients. */
export const JOIN_HINTS: Readonly<Record<string, string>> = {
  "-n": "write the nickname before the server: NICK@HOST",
  "--nick": "write the nickname before the server: NICK@HOST",
  "-p": "write the port after the server: HOST:PORT",
  "--port": "write the port after the server: HOST:PORT",
  "-w": "use --password-file for the password",
  "--password": "use --password-file for the password",
  "--sasl": "use --account NAME for the account",
  "-s": "use --tls",
};
