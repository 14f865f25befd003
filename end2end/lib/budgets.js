// The table of what a visitor may have to download.

import { readFileSync } from "node:fs";

const table = new URL("../budgets.txt", import.meta.url);

/** Every part: its name, its budget in bytes, its files. */
export function readBudgets() {
  const lines = readFileSync(table, "utf8").split("\n").filter((line) => line.trim() && !line.startsWith("#"));
  return lines.map((line) => {
    const [name, budget, ...files] = line.trim().split(/\s+/);
    if (!/^\d+$/.test(budget) || files.length === 0) throw new Error(`budgets.txt: "${line}" has no number or no files`);
    return { name, budget: Number(budget), files };
  });
}
