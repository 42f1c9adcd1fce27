// What the graphs in a folder cost in Node, in processor seconds per hour of sound: see export.py.

import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../examples/node/package.json", import.meta.url));
const RUNTIMES = { "onnxruntime-node": {}, "onnxruntime-web": { executionProviders: ["wasm"] } };
const [folder, samples, seconds, rounds] = process.argv.slice(2).map((value, i) => (i ? Number(value) : value));

const found = {};
for (const [runtime, options] of Object.entries(RUNTIMES)) {
  const ort = require(runtime);
  if (ort.env?.wasm) ort.env.wasm.numThreads = 1;
  const sound = new ort.Tensor("float32", Float32Array.from({ length: samples }, () => Math.random() - 0.5), [1, samples]);
  found[runtime] = {};
  for (const file of await readdir(folder)) {
    found[runtime][file.replace(/\.onnx$/, "")] = await cost(ort, `${folder}/${file}`, options, sound);
  }
}
console.log(JSON.stringify(found));

async function cost(ort, file, options, sound) {
  try {
    const session = await ort.InferenceSession.create(new Uint8Array(await readFile(file)), {
      ...options,
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    let best = Infinity;
    for (let round = 0; round < rounds; round++) {
      const before = process.cpuUsage();
      await session.run({ samples: sound });
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1e6);
    }
    return (best / seconds) * 3600;
  } catch (error) {
    return `cannot be run: ${error.message}`;
  }
}
