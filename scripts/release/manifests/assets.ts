import { archiveFile } from "../names.ts";
import { downloadUrl } from "../project.ts";

/** Archive of a release as the manifests of package managers name it. */
export interface Asset {
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
}

/** Version of a release with its archives. */
export interface Assets {
  readonly version: string;
  /** Date of the release: YYYY-MM-DD. */
  readonly date: string;
  /** Returns the archive of the umbrella for a target. */
  of(target: string): Asset;
}

/** Returns the archives of a release from the text of its SHA256SUMS. Asking for one that it lacks throws an error. */
export function assetsOf(version: string, date: string, sums: string): Assets {
  const known = new Map([...sums.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm)].map(([, sum, file = ""]) => [file, sum]));
  return {
    version,
    date,
    of(target) {
      const file = archiveFile("toucan", { version, target });
      const sha256 = known.get(file);
      if (sha256 === undefined) throw new Error(`SHA256SUMS lacks ${file}`);
      return { file, url: downloadUrl(version, file), sha256 };
    },
  };
}
