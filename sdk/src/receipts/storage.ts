/** Where a receipt book keeps its lines: a file, a database, a browser's store. Lines are opaque text without line breaks. */
export interface ReceiptStorage {
  /** All lines, oldest first. A last line that was cut off by a crash may be among them. */
  read(): Promise<string[]>;
  append(line: string): Promise<void>;
  /** Replaces everything, whole or not at all. */
  replace(lines: string[]): Promise<void>;
}

/** Nothing survives the process. */
export function memoryStorage(): ReceiptStorage {
  let lines: string[] = [];
  return {
    read: async () => [...lines],
    append: async (line) => {
      lines.push(line);
    },
    replace: async (next) => {
      lines = [...next];
    },
  };
}
