/** Defects that damaged inputs and files of real writers have shown, each with a test of its own now. */
export const MENDED = [
  'one changed byte of an Arrow file made its reader loop for ever: all metadata is verified before it is decoded, and values before they are read (test/io/arrow-damage.test.ts)',
  'a shorter column of an Arrow batch was filled up with missing values, and a batch missing from the footer was not missed (the same tests)',
  'a zip archive whose member declares no bytes ended with exit 70: members of .zip and .npz are found by one reader (test/predictions/cases/formats.test.ts)',
  'the seed or an input of run.json could be changed unseen: it has a checksum (test/run/manifest.test.ts)',
  'a staged file of an interrupted commit was read without a look at its hash (test/run/commit.test.ts)',
  'a model whose covers grow from parent to child was refused without its file (test/pipeline/explain-ensemble.test.ts)',
];
