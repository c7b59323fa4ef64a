const MEASURES = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal_dimension',
];

/** The columns of the Wisconsin Diagnostic Breast Cancer data, in every file's order, by the Kaggle file's names. */
export const WDBC_FEATURES: readonly string[] = ['mean', 'se', 'worst'].flatMap((statistic) =>
  MEASURES.map((measure) => `${measure}_${statistic}`),
);
