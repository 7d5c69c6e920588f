/** Address of the project: its source, its issue tracker and its releases. `scripts/install.sh` has it, too. */
export const PROJECT = "https://github.com/toucan-tools/toucan";

/** Address of the releases, below which are `latest/download/FILE` and `download/vVERSION/FILE`. */
export const RELEASES: string = `${PROJECT}/releases`;

/**
 * Address of the site of the newest release, which has its bundles as `dist/NAME.js`. Deno does not run them from the
 * releases: the forge redirects from there to another host, for which the import would need a permission.
 */
export const SITE = "https://toucan-tools.github.io/toucan";
