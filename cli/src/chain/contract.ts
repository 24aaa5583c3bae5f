import type { Interface, Result } from "ethers";
import { ChainError } from "./errors.ts";
import { type Rpc, RpcRefusal } from "./rpc.ts";

/** Reads a contract through its written-out interface, at one block or at the newest. @throws {ChainError} E_NOT_A_VENUE */
export async function read(
  rpc: Rpc,
  abi: Interface,
  to: string,
  name: string,
  args: unknown[] = [],
  block: number | "latest" = "latest",
): Promise<Result> {
  const data = abi.encodeFunctionData(name, args);
  const tag = block === "latest" ? block : `0x${block.toString(16)}`;
  let answer: string;
  try {
    answer = await rpc.call<string>("eth_call", [{ to, data }, tag]);
  } catch (cause) {
    if (!(cause instanceof RpcRefusal)) throw cause;
    throw new ChainError("E_NOT_A_VENUE", `${to} refuses ${name}() (${cause.message})`, { cause });
  }
  try {
    return abi.decodeFunctionResult(name, answer);
  } catch (cause) {
    const said = answer === "0x" ? "nothing" : answer.slice(0, 40);
    throw new ChainError("E_NOT_A_VENUE", `${to} answers ${name}() with ${said}`, { cause });
  }
}
