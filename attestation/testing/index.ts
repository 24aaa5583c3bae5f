import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fromHex } from "../src/bytes.ts";
import type { Endorsements } from "../src/endorsements/endorsements.ts";

export { emitPem } from "../src/x509/pem.ts";

/** What a small provisioning service answers with; change it between questions. */
export interface SmallService {
  readonly url: string;
  readonly server: Server;
  /** Paths asked for since they were last cleared. */
  asked: string[];
  status: number;
  /** PEM: the PCK CA and root. */
  crlChain: string;
  /** By the query's `update` or `tcbEvaluationDataNumber`; undefined is answered with 404. */
  answer: (query: URLSearchParams, tee: "sgx" | "tdx") => Endorsements | undefined;
  numbers: { readonly body: string; readonly chain: string } | null;
}

/** A caching service in small, for tests: the PCS's answers from memory, on a loopback port. */
export async function startSmallService(
  given: Pick<SmallService, "crlChain" | "answer">,
): Promise<SmallService> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    service.asked.push(request.url ?? "");
    const send = (body: string | Uint8Array | undefined, header?: string, chain?: string) => {
      if (header && chain !== undefined) response.setHeader(header, encodeURIComponent(chain));
      // A test may keep this process busy for longer than an idle connection lives.
      response.setHeader("connection", "close");
      response.statusCode = body === undefined ? 404 : service.status;
      response.end(body);
    };
    const found = service.answer(searchParams, pathname.startsWith("/tdx") ? "tdx" : "sgx");
    if (pathname.endsWith("/tcb")) send(found?.tcbInfo, "TCB-Info-Issuer-Chain", found?.tcbInfoChain);
    else if (pathname.endsWith("/qe/identity"))
      send(found?.qeIdentity, "SGX-Enclave-Identity-Issuer-Chain", found?.qeIdentityChain);
    else if (pathname.endsWith("/tcbevaluationdatanumbers"))
      send(service.numbers?.body, "TCB-Evaluation-Data-Numbers-Issuer-Chain", service.numbers?.chain);
    else if (pathname.endsWith("/pckcrl"))
      send(found && fromHex(found.pckCrl), "SGX-PCK-CRL-Issuer-Chain", service.crlChain);
    else send(found?.rootCrl); // as hex, as a caching service answers
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: SmallService = { url, server, asked: [], status: 200, numbers: null, ...given };
  return service;
}
