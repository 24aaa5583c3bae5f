import { Contract, type HDNodeWallet, NonceManager } from "ethers";

/** The few calls a trader makes on chain. */
const tokenAbi = [
  "function mint(address to, uint256 amount)",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function balanceOf(address owner) view returns (uint256)",
];
const inboxAbi = [
  "function deposit(uint8 subaccount, uint256 amount)",
  "function depositInsurance(uint256 amount)",
];

export interface TokenAddresses {
  token: string;
  vault: string;
  inbox: string;
}

/** Mints development tokens to a wallet and deposits them as collateral of its sub-account 0. Amounts in 1e-6. */
export async function fundAndDeposit(
  wallet: HDNodeWallet,
  at: TokenAddresses,
  amount: bigint,
): Promise<void> {
  const signer = new NonceManager(wallet);
  const token = new Contract(at.token, tokenAbi, signer);
  const inbox = new Contract(at.inbox, inboxAbi, signer);
  for (const send of [
    () => token.getFunction("mint")(wallet.address, amount),
    () => token.getFunction("approve")(at.vault, amount),
    () => inbox.getFunction("deposit")(0, amount),
  ]) {
    await (await send()).wait();
  }
}

/** Puts development tokens into the insurance fund. */
export async function fundInsurance(wallet: HDNodeWallet, at: TokenAddresses, amount: bigint): Promise<void> {
  const signer = new NonceManager(wallet);
  const token = new Contract(at.token, tokenAbi, signer);
  await (await token.getFunction("mint")(wallet.address, amount)).wait();
  await (await token.getFunction("approve")(at.vault, amount)).wait();
  await (await new Contract(at.inbox, inboxAbi, signer).getFunction("depositInsurance")(amount)).wait();
}
