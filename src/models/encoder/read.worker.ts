import { reopenPretrained } from './folder.js';
import type { PretrainedFolder } from './kind.js';
import { type Item, openReader, type Reader } from './reader.js';

/** Items for one model to read. */
export interface ReadTask {
  readonly pretrained: PretrainedFolder;
  /** which of its folders */
  readonly folder: number;
  readonly items: readonly Item[];
}

let last: { key: string; reader: Promise<Reader> } | null = null;

/** Reads items in a worker, which keeps the model that it used last. */
export async function run(task: ReadTask, report: (value: unknown) => void): Promise<Uint8Array[]> {
  const key = `${task.pretrained.sha256}/${task.folder}`;
  if (last?.key !== key) {
    await last?.reader.then((reader) => reader.close());
    last = { key, reader: open(task) };
  }
  const reader = await last.reader;
  return reader.read(task.items, report);
}

async function open({ pretrained, folder }: ReadTask): Promise<Reader> {
  const { folders, runtime } = await reopenPretrained(pretrained);
  return openReader(folders[folder], runtime);
}
