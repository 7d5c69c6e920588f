/**
 * Certificates: reading and making them, on WebCrypto. `reflect-metadata` has to be there first, or the package throws.
 * Permissions at load: none. Licences: MIT; Apache-2.0.
 * @module
 */
import "npm:reflect-metadata@0.2.2";

export {
  AuthorityInfoAccessExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "npm:@peculiar/x509@2.2.0";
