/** One model's part in the answers to the sampled rows, all arrays in the order of the sample. */
export interface SampledModel {
  readonly model: string;
  /** signed summed SHAP to the margin of the row's true class; log-odds */
  readonly contributions: readonly number[];
  /** the model's own probability of the true class; null where it has no prediction */
  readonly probabilities: readonly (number | null)[];
}

/** Contributions to single answers, for rows drawn at random from the evaluation rows. */
export interface ContributionSample {
  readonly rows: number;
  /** evaluation rows that the sample was drawn from */
  readonly of: number;
  /** in order of rank */
  readonly models: readonly SampledModel[];
}

/** One row on which the full ensemble and the best single model answer differently, one of them rightly. */
export interface ExplainedExample {
  readonly right: 'ensemble' | 'model';
  readonly id: string;
  readonly query: string;
  readonly title: string | null;
  readonly locale: string;
  /** the true class */
  readonly label: string;
  /** the answers of the ensemble and of the best single model */
  readonly ensemble: string;
  readonly model: string;
  /** log-odds of the ensemble's answer over the model's: bias + contributions = margin */
  readonly bias: number;
  readonly margin: number;
  /** what the decision rule adds in favour of the ensemble's answer; absent from reports of earlier versions */
  readonly rule?: number;
  /** signed summed SHAP of every model; the largest first */
  readonly parts: readonly { readonly model: string; readonly contribution: number }[];
}

/** A rule of the surrogate tree, or the model that the ensemble listens to most where it ends. */
export type TrustNode =
  | {
      readonly kind: 'leaf';
      readonly model: string;
      /** fitting rows that end here, and the share of them on which it is this model */
      readonly rows: number;
      readonly share: number;
    }
  | {
      readonly kind: 'split';
      /** what is asked, such as `the confidence of lexical` */
      readonly question: string;
      /** rows whose number is less go to `below`, the others to `above`; null where the answers are no and yes */
      readonly threshold: number | null;
      readonly below: TrustNode;
      readonly above: TrustNode;
    };

/** A small tree that says when the ensemble listens most to whom, and how far it can be believed. */
export interface TrustTree {
  readonly fittedRows: number;
  readonly heldOutRows: number;
  /** share of the held-out rows on which the tree names the model that the ensemble listens to most */
  readonly fidelity: number;
  /** the same for always naming one model, the most frequent of the fitted rows */
  readonly baseline: { readonly model: string; readonly fidelity: number };
  readonly root: TrustNode;
}

/** What the run's full ensemble does with single rows; made for the report, from the run. */
export interface Insights {
  /** the best single model by the decision's metric, which examples compare with */
  readonly bestModel: string;
  /** whether the ensemble that is explained was fitted on the rows it is explained on */
  readonly trainedOn: boolean;
  readonly sample: ContributionSample;
  /** evaluation rows on which one of the two is right and the other wrong */
  readonly disagreements: { readonly ensembleRight: number; readonly modelRight: number };
  readonly examples: readonly ExplainedExample[];
  /** null where one model is listened to most on every sampled row, or rows are too few */
  readonly trust: TrustTree | null;
  /** mean log-loss on the validation folds after each boosting round, and the rounds chosen */
  readonly ensembleCurve: { readonly rounds: number; readonly validationLogLoss: readonly number[] };
}
