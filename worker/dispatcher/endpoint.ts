/**
 * Where the dispatcher may send. A Worker cannot pin the address that a name resolves to, so this is
 * the outer of two fences: names and spellings here, `global_fetch_strictly_public` and Cloudflare's public-only
 * egress beneath. Pure.
 */

export interface EndpointRules {
  /** Exact origins on private addresses that this deployment lets targets use; for them http and IPs are fine. */
  readonly privateOrigins: readonly string[];
  /** The one public origin that this kind of target has, or null where the tenant names the host. */
  readonly publicOrigin: string | null;
  /** Whether Workers may be reached at workers.dev: where the operator names the address, and not a tenant. */
  readonly workersDev?: boolean;
}

/** HTTPS, and the one alternative that Cloudflare's own edge serves it on and APIs are found at. */
const PORTS: ReadonlySet<string> = new Set(["", "8443"]);

/**
 * Names that resolve inside a network, or to nothing, or to whatever address is written in them: special-use names
 * (RFC 6761, 6762, 7686, 8375, 9476), the usual private zones, cloud metadata, and public rebinding helpers. Each stands for
 * itself and all names under it.
 */
const REFUSED_ZONES: readonly string[] = [
  ...["localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa"],
  ...["onion", "alt", "test", "invalid", "example"],
  ...["metadata.azure.com", "metadata.tencentyun.com", "metadata.packet.net", "metadata.platformequinix.com"],
  ...[
    "nip.io",
    "sslip.io",
    "xip.io",
    "nip.direct",
    "localtest.me",
    "lvh.me",
    "vcap.me",
    "lacolhost.com",
    "fuf.me",
  ],
  ...["localho.st", "local.gd", "traefik.me", "backname.io", "rbndr.us", "1u.ms", "yoogle.com"],
];

/** Workers reached past their owner's front door. */
const WORKERS_ZONE = "workers.dev";

/** What a label of a public host is made of once a URL parser has turned it into ASCII (RFC 5890 section 2.3.1). */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Null where `endpoint` may be sent to, else why not, in words for an operator. */
export function refuseEndpoint(endpoint: string, rules: EndpointRules): string | null {
  if (!URL.canParse(endpoint)) return "The endpoint is not a URL.";
  const url = new URL(endpoint);
  // One spelling only: what is checked here is then, character for character, what is committed and fetched.
  if (url.href !== endpoint) return "The endpoint is not in its normal form.";
  if (url.username !== "" || url.password !== "") return "The endpoint carries a user name or password.";
  if (url.hash !== "") return "The endpoint has a fragment.";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "The endpoint is not an https URL.";
  if (rules.privateOrigins.includes(url.origin)) return null;
  if (rules.publicOrigin !== null && url.origin !== rules.publicOrigin) {
    return `The endpoint is not at ${rules.publicOrigin}, and its origin is not in ALLOWED_PRIVATE_ORIGINS.`;
  }
  if (url.protocol !== "https:") return "The endpoint is not an https URL.";
  if (!PORTS.has(url.port)) return "The endpoint's port is not one that targets may use.";
  return refuseHost(
    url.hostname,
    rules.workersDev === true ? REFUSED_ZONES : [...REFUSED_ZONES, WORKERS_ZONE],
  );
}

/** `hostname` comes from a URL parser: lower case, ASCII, an IPv4 address in any spelling made dotted decimal. */
function refuseHost(hostname: string, zones: readonly string[]): string | null {
  // A trailing dot marks the DNS root and names the same host.
  const host = hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
  if (host.startsWith("[") || /(^|\.)[0-9]+$/.test(host)) return "The endpoint's host is an IP address.";
  const labels = host.split(".");
  if (labels.length < 2) return "The endpoint's host is not a public name.";
  if (host.length > 253 || !labels.every((label) => LABEL.test(label)))
    return "The endpoint's host is not a valid name.";
  const refused = zones.some((zone) => host === zone || host.endsWith(`.${zone}`));
  return refused ? "The endpoint's host is not a public name." : null;
}

/**
 * The deployment's variable: exact origins, comma-separated. Throws where one is not an origin: a rule that is not
 * understood must not look as if it held.
 */
export function parsePrivateOrigins(variable: string | undefined): readonly string[] {
  const texts = (variable ?? "").split(",").map((text) => text.trim());
  return texts
    .filter((text) => text !== "")
    .map((text) => {
      // `http://*` parses, and would match nothing while looking as if it matched all.
      if (text.includes("*") || !URL.canParse(text) || new URL(text).origin !== text) {
        throw new Error(
          "ALLOWED_PRIVATE_ORIGINS holds something that is not an exact origin such as http://127.0.0.1:8080.",
        );
      }
      return text;
    });
}
