/** What is typed out of habit from swaks, sendmail and mailx, and how it is said here. */
export const SEND_HINTS: Readonly<Record<string, string>> = {
  "--body": "give the body with --text or --html, or on stdin",
  "-p": "the port stands with the server: --server HOST:PORT",
  "--port": "the port stands with the server: --server HOST:PORT",
  "-t": "name the recipients with --to, --cc and --bcc",
  "--ehlo": "name this host with --helo",
  "--auth-user": "name the user with --user (-u)",
  "--auth-password": "give the password with --password-file",
  "-tls": "TLS is required unless --tls opportunistic or none is given",
  "--tls-on-connect": "speak TLS from the first byte with --tls implicit",
  "-tlsc": "speak TLS from the first byte with --tls implicit",
  "--add-header": "add a field with --header (-H)",
  "--h-Subject": "give the subject with --subject (-s)",
  "--h-From": "give the sender with --from (-f)",
  "--attach-type": "the type is told by the name of the file",
  "--attach-body": "give the body with --text or --html, or on stdin",
  "--data": "send a message that is ready with --eml-in FILE",
  "-d": "send a message that is ready with --eml-in FILE",
  "--dump-mail": "write the message and send nothing with --dry-run",
  "--quit-after": "write the message and send nothing with --dry-run",
  "-q": "write the message and send nothing with --dry-run",
  "--protocol": "choose TLS with --tls",
  "--copy-routing": "name the server with --server (-S)",
  "-v": "show the dialogue with --trace",
  "-c": "name who gets a copy with --cc",
  "-b": "name who gets a copy without being named with --bcc",
  "--tls-optional": "TLS where the server offers it: --tls opportunistic",
  "--socket": "give the socket as the server: --server unix:/PATH",
  "-i": "a line with a single dot does not end the body",
  "-A": "attach a file with --attach (-a)",
};

/** Hints about clients that `mail sink` has rejected, by the code of the error. */
export const SINK_FAULT_HINTS: Readonly<Record<string, string>> = {
  "forbidden-host": "accept requests for this host name with --allow-host NAME",
};
