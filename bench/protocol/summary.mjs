// One line of figures from BenchmarkDotNet's reports: microseconds and allocated bytes per operation.
import { readFileSync } from "node:fs";

const figures = process.argv.slice(2)
  .flatMap((report) => JSON.parse(readFileSync(report, "utf8").replace(/^\uFEFF/, "")).Benchmarks)
  .map(({ Method, Statistics, Memory }) =>
    `${Method}_us=${(Statistics.Mean / 1_000).toFixed(2)} ${Method}_alloc=${Memory.BytesAllocatedPerOperation}`);
console.log(`protocol ${figures.join(" ")}`);
