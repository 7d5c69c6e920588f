import { onReloadSignal } from "../../../core/system/reload_signal.ts";
import type { KeyPair } from "../../../core/tls/certificate/certificate.ts";
import { readCaFile } from "../../../core/tls/files/ca_file.ts";
import { serverKeyPair } from "../../../core/tls/files/server_key_pair.ts";
import type { ServerTls } from "../../../core/tls/server/options.ts";
import { certificateNames, type ServerNames } from "../../sandbox/certificate_names.ts";
import { releasePaths } from "../../sandbox/drop_permissions.ts";
import type { Output } from "../../stdio/output.ts";
import type { Values } from "../option.ts";
import type { CERTIFICATE, SERVER_TLS } from "./network_options.ts";

/** Returns the TLS options of a server; undefined without `--tls`. */
export async function serverTls(
  options: Values<typeof SERVER_TLS> & ServerNames,
  call: CertificateCall,
): Promise<(KeyPair & ServerTls) | undefined> {
  if (!options.tls) return undefined;
  const { "client-ca": file } = options;
  const clientCa = file === undefined ? undefined : await readCaFile(file);
  const pair = await keyPairOf(options, call);
  releasePaths(file);
  return { ...pair, clientCa };
}

/** Parts of the call of a verb that the certificate of its server needs. */
export interface CertificateCall {
  /** Where renewals are reported. */
  readonly output: Output;
  /** Ends the watch of the files. */
  readonly signal: AbortSignal;
}

/**
 * Returns the certificate of a server; one made here is for the host that it listens on and the names of `--allow-host`, too. Files
 * are read again when they change, and at SIGHUP.
 */
export async function keyPairOf(
  options: Values<typeof CERTIFICATE> & ServerNames,
  { output, signal }: CertificateCall,
): Promise<KeyPair & Pick<ServerTls, "renewals">> {
  const { cert: certFile, key: keyFile, "tls-dir": directory } = options;
  const source = { certFile, keyFile, directory, names: certificateNames(options) };
  if (directory === undefined && (certFile === undefined || keyFile === undefined)) return await serverKeyPair(source);
  const { watchKeyPair } = await import("../../../core/tls/files/watch_key_pair.ts");
  const pair = await watchKeyPair(source, {
    onRenewed: () => output.note(`certificate read again from ${certFile ?? directory}`),
    onFailed: ({ message }) => output.note(`warning: ${message}; the previous certificate stays in use`),
  });
  signal.addEventListener("abort", () => pair[Symbol.dispose](), { once: true });
  onReloadSignal(() => void pair.reload(), Deno.exit);
  releasePaths(directory);
  return pair;
}
