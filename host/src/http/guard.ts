import type { IncomingHttpHeaders } from "node:http";

/**
 * Who may talk to the HTTP port: requests whose Host is on the list, and, when a browser sends one, whose Origin is loopback or listed. This
 * is what stands between a page on the web and a service on this machine (DNS rebinding, B14).
 */
export interface Guard {
  allows(headers: IncomingHttpHeaders): boolean;
}

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function createGuard(hosts: readonly string[], origins: readonly string[]): Guard {
  const allowedHosts = new Set(hosts.map((host) => host.toLowerCase()));
  const allowedOrigins = new Set(origins);
  return {
    allows: ({ host, origin }) => {
      if (host === undefined || !allowedHosts.has(hostName(host))) return false;
      if (origin === undefined) return true;
      return allowedOrigins.has(origin) || isLoopbackOrigin(origin);
    },
  };
}

/** True for an address of this machine, as a socket reports it. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK_NAMES.has(new URL(origin).hostname);
}
