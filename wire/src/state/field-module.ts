/**
 * Arithmetic of the BN254 scalar field and the Poseidon2 sponge as a WebAssembly module, emitted here.
 *
 * An element is nine limbs of 29 bits, least significant first, one a 64-bit word, in Montgomery form with R = 2^261. Twenty-nine,
 * because nine products of two limbs and nine of the reduction then add up to less than 2^63 before any carry: a product is
 * straight-line code with one carry chain at its end. 261 bits leave room for 168 moduli N, so additions are never reduced; a product
 * of a·N and b·N is at most (0.006·a·b + 1)·N. The bound of every value is noted where it grows.
 */
import { assemble, FunctionBody } from "./wasm-assembler.ts";

export const LIMBS = 9;
export const LIMB_BITS = 29;
/** Bytes of an element in the module's memory. */
export const ELEMENT_LENGTH = LIMBS * 8;
const MASK = (1n << 29n) - 1n;

/** Where the module finds its constants and keeps its state, in bytes. */
export const LAYOUT = {
  /** R² mod N: times it, an integer becomes an element in Montgomery form. */
  rSquared: 0,
  /** The integer 1: times it, an element becomes an integer again. */
  one: ELEMENT_LENGTH,
  /** Diagonal of the internal matrix less one: four elements. */
  diagonal: 2 * ELEMENT_LENGTH,
  /** The sponge's state: four elements. */
  state: 6 * ELEMENT_LENGTH,
  temporaries: 10 * ELEMENT_LENGTH,
  /** Constants of the first four full rounds, of the 56 partial ones, of the last four full rounds. */
  firstFull: 14 * ELEMENT_LENGTH,
  partial: 30 * ELEMENT_LENGTH,
  lastFull: 86 * ELEMENT_LENGTH,
  /** Capacity of a sponge over n elements, `n · 2^64` in Montgomery form, n from 0 to 20. */
  capacities: 102 * ELEMENT_LENGTH,
  /** From here on the caller's: inputs and outputs of `hash`. */
  free: 16_384,
} as const;

const PARTIAL_ROUNDS = 56;
const ROUND_LENGTH = 4 * ELEMENT_LENGTH;

export const limbsOf = (value: bigint): bigint[] =>
  Array.from({ length: LIMBS }, (_, index) => (value >> BigInt(LIMB_BITS * index)) & MASK);

/** Names of the functions by index, in the order of `bodies`. */
const MUL = 0;
const ADD = 1;
const REDUCE = 2;
const MIX = 3;
const FIFTH = 4;
const PARTIAL = 5;
const PERMUTE = 6;
const LOAD = 7;
const STORE = 8;
const HASH = 9;

/** The module's bytes for a modulus N below 2^254. Exports `hash(input, count, output)` over 32-byte little-endian integers and `memory`. */
export function emitFieldModule(modulus: bigint): Uint8Array<ArrayBuffer> {
  const bodies = [
    mul(modulus),
    add(),
    reduce(modulus),
    mixExternal(),
    fifthPower(),
    partialRound(),
    permute(),
    load(),
    store(modulus),
    hash(),
  ];
  return assemble(bodies, { hash: HASH }, 1);
}

/** Leaves limbs below 2^29: carries run upwards, the last limb keeps what is left. `limb(i)` pushes limb i, possibly negative. */
function storeCarried(
  body: FunctionBody,
  to: number,
  limb: (index: number) => void,
  shift: "signed" | "unsigned",
) {
  const carry = body.local("i64");
  for (let index = 0; index < LIMBS; index++) {
    limb(index);
    if (index > 0) body.get(carry).add;
    if (index < LIMBS - 1) {
      body
        .set(carry)
        .get(to)
        .get(carry)
        .i64(MASK)
        .and.store64(8 * index);
      body.get(carry).i64(BigInt(LIMB_BITS));
      (shift === "signed" ? body.shrSigned : body.shr).set(carry);
    } else {
      // The address must lie under the value.
      body
        .set(carry)
        .get(to)
        .get(carry)
        .store64(8 * index);
    }
  }
}

/** `to = a · b / R mod N`. Limbs of `a` and `b` below 2^29. */
function mul(modulus: bigint): FunctionBody {
  const body = new FunctionBody("i32", "i32", "i32");
  const [to, a, b] = [0, 1, 2];
  const right = body.locals("i64", LIMBS);
  let sums = body.locals("i64", LIMBS);
  const [limb, quotient] = body.locals("i64", 2) as [number, number];
  const modulusLimbs = limbsOf(modulus);
  const inverse = negatedInverse(modulus);
  right.forEach((local, index) => {
    body
      .get(b)
      .load64(8 * index)
      .set(local);
  });
  for (let row = 0; row < LIMBS; row++) {
    body
      .get(a)
      .load64(8 * row)
      .set(limb);
    sums.forEach((sum, index) => {
      // The limb shifted out of the row before left its local to the new top, which starts at 0.
      const isFresh = row === 0 || index === LIMBS - 1;
      if (!isFresh) body.get(sum);
      body.get(limb).get(right[index]!).mul;
      if (!isFresh) body.add;
      body.set(sum);
    });
    // quotient · N cancels the lowest limb.
    body.get(sums[0]!).i64(inverse).mul.i64(MASK).and.set(quotient);
    sums.forEach((sum, index) => {
      body.get(sum).get(quotient).i64(modulusLimbs[index]!).mul.add.set(sum);
    });
    body.get(sums[1]!).get(sums[0]!).i64(BigInt(LIMB_BITS)).shr.add.set(sums[1]!);
    sums = [...sums.slice(1), sums[0]!];
  }
  // After nine shifts the order is as at first, so the top local holds the top limb of the last row.
  const order = sums;
  const top = order[LIMBS - 1]!;
  body.i64(0n).set(top);
  storeCarried(body, to, (index) => body.get(order[index]!), "unsigned");
  return body;
}

/** −N^−1 mod 2^29, by Newton's iteration. */
function negatedInverse(modulus: bigint): bigint {
  let inverse = 1n;
  for (let bits = 1; bits < LIMB_BITS; bits *= 2) inverse = (inverse * (2n - modulus * inverse)) & MASK;
  return -inverse & MASK;
}

/** `to = a + b`. */
function add(): FunctionBody {
  const body = new FunctionBody("i32", "i32", "i32");
  storeCarried(
    body,
    0,
    (index) =>
      body
        .get(1)
        .load64(8 * index)
        .get(2)
        .load64(8 * index).add,
    "unsigned",
  );
  return body;
}

/**
 * `to = a mod N`, up to 2.1 N. The quotient is estimated from the top limb, rounded down, so nothing becomes negative; the error is at
 * most one for the cut-off limbs and one for the rounded divisor.
 */
function reduce(modulus: bigint): FunctionBody {
  const body = new FunctionBody("i32", "i32");
  const modulusLimbs = limbsOf(modulus);
  const quotient = body.local("i64");
  const reciprocal = (1n << 34n) / (modulusLimbs[LIMBS - 1]! + 1n);
  body
    .get(1)
    .load64(8 * (LIMBS - 1))
    .i64(reciprocal)
    .mul.i64(34n)
    .shr.set(quotient);
  storeCarried(
    body,
    0,
    (index) =>
      body
        .get(1)
        .load64(8 * index)
        .get(quotient)
        .i64(modulusLimbs[index]!).mul.sub,
    "signed",
  );
  return body;
}

/** The 4 × 4 matrix `[5 7 1 3; 4 6 1 1; 1 3 5 7; 1 1 4 6]` over the state: its rows sum to at most 16, so x N in, 16 x N out. */
function mixExternal(): FunctionBody {
  const body = new FunctionBody();
  const [a, b, c, d, ab, cd, b2cd, d2ab] = body.locals("i64", 8) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [row2, row4] = body.locals("i64", 2) as [number, number];
  const carries = body.locals("i64", 4);
  for (let index = 0; index < LIMBS; index++) {
    for (const [element, local] of [a, b, c, d].entries()) {
      body
        .i32(LAYOUT.state + element * ELEMENT_LENGTH)
        .load64(8 * index)
        .set(local);
    }
    body.get(a).get(b).add.set(ab);
    body.get(c).get(d).add.set(cd);
    body.get(b).get(b).add.get(cd).add.set(b2cd);
    body.get(d).get(d).add.get(ab).add.set(d2ab);
    body.get(ab).i64(2n).shl.get(b2cd).add.set(row2);
    body.get(cd).i64(2n).shl.get(d2ab).add.set(row4);
    const rows = [
      () => body.get(d2ab).get(row2).add,
      () => body.get(row2),
      () => body.get(b2cd).get(row4).add,
      () => body.get(row4),
    ];
    for (const [element, row] of rows.entries()) {
      const carry = carries[element]!;
      row();
      if (index > 0) body.get(carry).add;
      body.set(carry);
      body.i32(LAYOUT.state + element * ELEMENT_LENGTH).get(carry);
      if (index < LIMBS - 1) body.i64(MASK).and;
      body.store64(8 * index);
      if (index < LIMBS - 1) body.get(carry).i64(BigInt(LIMB_BITS)).shr.set(carry);
    }
  }
  return body;
}

/**
 * `element = (element + constant)^5`. Into the first round come 16 times 3.2 N: at most 52 N with the constant, 17 N squared, 2.8 N to the
 * fourth, 1.9 N out, so 31 N into the next: 1.3 N out, and 21 N into every later one.
 */
function fifthPower(): FunctionBody {
  const body = new FunctionBody("i32", "i32");
  const [element, constant] = [0, 1];
  const [sum, square] = [LAYOUT.temporaries, LAYOUT.temporaries + ELEMENT_LENGTH];
  body.i32(sum).get(element).get(constant).call(ADD);
  body.i32(square).i32(sum).i32(sum).call(MUL);
  body.i32(square).i32(square).i32(square).call(MUL);
  body.get(element).i32(square).i32(sum).call(MUL);
  return body;
}

/** S-box on the first element, then the matrix of ones plus the diagonal. Elements 3.2 N in; their sum 10.8 N, 2.1 N reduced; 3.2 N out. */
function partialRound(): FunctionBody {
  const body = new FunctionBody("i32");
  const at = (element: number) => LAYOUT.state + element * ELEMENT_LENGTH;
  const sum = LAYOUT.temporaries + 2 * ELEMENT_LENGTH;
  body.i32(at(0)).get(0).call(FIFTH);
  body.i32(sum).i32(at(0)).i32(at(1)).call(ADD);
  body.i32(sum).i32(sum).i32(at(2)).call(ADD);
  body.i32(sum).i32(sum).i32(at(3)).call(ADD);
  body.i32(sum).i32(sum).call(REDUCE);
  for (let element = 0; element < 4; element++) {
    body
      .i32(at(element))
      .i32(at(element))
      .i32(LAYOUT.diagonal + element * ELEMENT_LENGTH)
      .call(MUL);
    body.i32(at(element)).i32(at(element)).i32(sum).call(ADD);
  }
  return body;
}

function permute(): FunctionBody {
  const body = new FunctionBody();
  const constant = body.local("i32");
  const rounds = (from: number, length: number, count: number, round: () => void) => {
    body.i32(from).set(constant);
    body.repeatWhile(() => {
      round();
      body.get(constant).i32(length).i32Add.tee(constant);
      body.i32(from + count * length).i32LessUnsigned;
    });
  };
  const full = () => {
    for (let element = 0; element < 4; element++) {
      body.i32(LAYOUT.state + element * ELEMENT_LENGTH);
      body
        .get(constant)
        .i32(element * ELEMENT_LENGTH)
        .i32Add.call(FIFTH);
    }
    body.call(MIX);
  };
  body.call(MIX);
  rounds(LAYOUT.firstFull, ROUND_LENGTH, 4, full);
  // What comes out of the mix, at most 20 N, goes into the partial rounds as it is: the sum of four is 62 N, still below 168.
  rounds(LAYOUT.partial, ELEMENT_LENGTH, PARTIAL_ROUNDS, () => body.get(constant).call(PARTIAL));
  rounds(LAYOUT.lastFull, ROUND_LENGTH, 4, full);
  // 20 N more would not pass the next permutation's first mix: 2.1 N, and 3.2 N with what is absorbed.
  for (let element = 0; element < 4; element++) {
    const at = LAYOUT.state + element * ELEMENT_LENGTH;
    body.i32(at).i32(at).call(REDUCE);
  }
  return body;
}

/** `to = the 32-byte little-endian integer at from, in Montgomery form`. */
function load(): FunctionBody {
  const body = new FunctionBody("i32", "i32");
  for (let index = 0; index < LIMBS; index++) {
    const bit = LIMB_BITS * index;
    // The last limb is read from the last whole word, lest the read goes past the 32 bytes.
    const byte = Math.min(bit >> 3, 24);
    body
      .get(0)
      .get(1)
      .load64(byte)
      .i64(BigInt(bit - 8 * byte))
      .shr.i64(MASK)
      .and.store64(8 * index);
  }
  body.get(0).get(0).i32(LAYOUT.rSquared).call(MUL);
  return body;
}

/** Writes the element at `from` as a canonical 32-byte little-endian integer. */
function store(modulus: bigint): FunctionBody {
  const body = new FunctionBody("i32", "i32");
  const integer = LAYOUT.temporaries + 3 * ELEMENT_LENGTH;
  const less = LAYOUT.temporaries;
  const modulusLimbs = limbsOf(modulus);
  body.i32(integer).get(1).i32(LAYOUT.one).call(MUL);
  // At most N, so it is the difference unless that is negative, which the top limb tells.
  const target = body.local("i32");
  body.i32(less).set(target);
  storeCarried(
    body,
    target,
    (index) =>
      body
        .i32(integer)
        .load64(8 * index)
        .i64(modulusLimbs[index]!).sub,
    "signed",
  );
  const source = body.local("i32");
  body
    .i32(integer)
    .i32(less)
    .i32(less)
    .load64(8 * (LIMBS - 1))
    .i64(0n)
    .lessSigned.select.set(source);
  for (let word = 0; word < 4; word++) {
    body.get(0);
    let isFirst = true;
    for (let index = 0; index < LIMBS; index++) {
      const shift = LIMB_BITS * index - 64 * word;
      if (shift <= -LIMB_BITS || shift >= 64) continue;
      body
        .get(source)
        .load64(8 * index)
        .i64(BigInt(Math.abs(shift)));
      if (shift < 0) body.shr;
      else body.shl;
      if (!isFirst) body.or;
      isFirst = false;
    }
    body.store64(8 * word);
  }
  return body;
}

/** The fixed-length sponge, rate 3: `hash(input, count, output)` over `count` integers of 32 bytes, count from 1 to 20. */
function hash(): FunctionBody {
  const body = new FunctionBody("i32", "i32", "i32");
  const [input, count, output] = [0, 1, 2];
  const at = (element: number) => LAYOUT.state + element * ELEMENT_LENGTH;
  const absorbed = LAYOUT.temporaries;
  const capacity = body.local("i32");
  for (let element = 0; element < 3; element++) {
    for (let index = 0; index < LIMBS; index++)
      body
        .i32(at(element))
        .i64(0n)
        .store64(8 * index);
  }
  body.get(count).i32(ELEMENT_LENGTH).i32Mul.i32(LAYOUT.capacities).i32Add.set(capacity);
  for (let index = 0; index < LIMBS; index++) {
    body
      .i32(at(3))
      .get(capacity)
      .load64(8 * index)
      .store64(8 * index);
  }
  body.repeatWhile(() => {
    for (let element = 0; element < 3; element++) {
      body
        .i32(0)
        .get(count)
        .i32LessUnsigned.when(() => {
          body.i32(absorbed).get(input).call(LOAD);
          body.i32(at(element)).i32(at(element)).i32(absorbed).call(ADD);
          body.get(input).i32(32).i32Add.set(input);
          body.get(count).i32(1).i32Sub.set(count);
        });
    }
    body.call(PERMUTE);
    body.i32(0).get(count).i32LessUnsigned;
  });
  body.get(output).i32(at(0)).call(STORE);
  return body;
}
