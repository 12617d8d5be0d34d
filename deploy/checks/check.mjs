#!/usr/bin/env node
// Checks the files under deploy/ that no installed program checks: Kubernetes objects against their schemas, the container
// file's syntax, pinned images, and that whatever is charted or alerted on is a metric which docs/telemetry.md describes.
// Writes the silo's settings that Kubernetes embeds to the directory given as argument, for tachyon-silo config check.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const require = createRequire(import.meta.url);
const { validate } = require("dockerfile-utils");
const deploy = join(dirname(fileURLToPath(import.meta.url)), "..");
const [settings] = process.argv.slice(2);
const faults = [];

const fault = (file, what) => faults.push(`deploy/${file}: ${what}`);
const read = (file) => readFileSync(join(deploy, file), "utf8");

function documents(file) {
  return parseAllDocuments(read(file), { merge: true }).map((document) => {
    for (const error of document.errors) fault(file, error.message);
    return document.toJS();
  });
}

// The schemas let unknown fields pass, and so does a cluster: a typing error would silently do nothing. But a validator never
// reads a field that it does not know, so what stays unread is none.
function watched(value, path, unread) {
  if (value === null || typeof value !== "object") return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const [key, inner] of Object.entries(value)) {
    const at = `${path}.${key}`;
    const seen = watched(inner, at, unread);
    unread.add(at);
    Object.defineProperty(copy, key, { enumerable: true, configurable: true, get: () => (unread.delete(at), seen) });
  }
  return copy;
}

async function checkKubernetes(file) {
  for (const object of documents(file)) {
    const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
    const where = `${object.kind} ${object.metadata?.name}`;
    try {
      const kinds = await import(["kubernetes-models", group, version].filter(Boolean).join("/"));
      const unread = new Set();
      const model = new kinds[object.kind](object);
      for (const [key, value] of Object.entries(object)) model[key] = watched(value, key, unread);
      model.validate();
      for (const path of unread) fault(file, `${where}: there is no ${path}`);
    } catch (error) {
      fault(file, `${where}: ${error.message}`);
    }

    for (const container of object.spec?.template?.spec?.containers ?? []) checkImage(file, container.image);
    for (const [name, text] of Object.entries(object.kind === "ConfigMap" ? object.data : {})) {
      if (name.endsWith(".json")) writeFileSync(join(settings, `kubernetes-${name}`), text);
    }
  }
}

// Images that are built here carry the version of the release.
function checkImage(file, image) {
  if (!/^tachyon-(silo|edge|prepare)(:\d|$)/.test(image) && !/:v?\d+\.\d+/.test(image)) fault(file, `${image} is not pinned to a version`);
}

function checkContainers(file) {
  const text = read(file);
  for (const { message, range, severity } of validate(text)) {
    if (severity === 1) fault(file, `line ${range.start.line + 1}: ${message}`);
  }
  for (const [, image] of text.matchAll(/^ARG \w+=(\S+)/gm)) checkImage(file, image);
  for (const [stage] of text.split(/^FROM /m).slice(1).map((part) => [part])) {
    const users = [...stage.matchAll(/^USER (\S+)/gm)].map(([, user]) => user);
    if (users.length > 0 && users.at(-1) === "root") fault(file, `a stage ends as root: FROM ${stage.split("\n")[0]}`);
  }
}

function checkMonitoring() {
  const told = new Set([...readFileSync(join(deploy, "../docs/telemetry.md"), "utf8").matchAll(/`(tachyon\.[a-z.]+)`/g)].map(([, name]) => name.replaceAll(".", "_")));
  for (const file of ["monitoring/alerts.yml", "monitoring/dashboard.json"]) {
    for (const [metric] of read(file).matchAll(/tachyon_[a-z_]+/g)) {
      if (!told.has(metric.replace(/_(bucket|count|sum)$/, ""))) fault(file, `${metric} is no metric of docs/telemetry.md`);
    }
  }

  JSON.parse(read("monitoring/dashboard.json"));
  documents("monitoring/otel-collector.yaml");
}

for (const file of readdirSync(join(deploy, "kubernetes"))) await checkKubernetes(`kubernetes/${file}`);
checkContainers("containers/Containerfile");
for (const service of Object.values(documents("docker-compose.yml")[0].services)) checkImage("docker-compose.yml", service.image ?? "");
checkMonitoring();
for (const line of faults) console.error(`error: ${line}`);
process.exit(faults.length === 0 ? 0 : 1);
