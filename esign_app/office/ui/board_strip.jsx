// The signature strip: one small drawing that tells how far a document is. The shape tells the kind of step (square: made,
// triangle: sent, circle: a signature, shield: sealed), filling and colour tell its state, trouble is a circle with a mark; a screen reader gets the words.
const R = 5;
const H = 14;
const SHAPES = {
  prepared: (x) => <rect x={x - 4} y={H / 2 - 4} width="8" height="8" rx="1.5" />,
  sent: (x) => <path d={`M${x - 4} ${H / 2 - 4.5} L${x + 4.5} ${H / 2} L${x - 4} ${H / 2 + 4.5} Z`} />,
  slot: (x) => <circle cx={x} cy={H / 2} r="4.5" />,
  sealed: (x) => <path d={`M${x} 1.5 l5 1.8 v3.2 c0 3 -2 5 -5 6 c-3 -1 -5 -3 -5 -6 v-3.2 Z`} />,
};
const MARKS = {
  declined: (x) => <path d={`M${x - 2} ${H / 2 - 2} l4 4 m0 -4 l-4 4`} />,
  failed: (x) => <path d={`M${x} ${H / 2 - 2.5} v2.5 m0 2.2 v0.1`} />,
  expired: (x) => <path d={`M${x} ${H / 2 - 2.4} v2.6 l1.8 1.2`} />,
};

export function Strip({ strip, words }) {
  const steps = strip.steps ?? [];
  const gap = Math.min(30, 216 / Math.max(steps.length - 1, 1));
  const at = (index) => R + 1 + index * gap;
  const name = steps.map((step) => `${step.label}: ${words[`state_${step.state}`] ?? step.state}`).join(", ");
  return (
    <svg className="strip" role="img" aria-label={name} width={at(steps.length - 1) + R + 1} height={H} data-tone={strip.tone}>
      {steps.slice(1).map((step, index) => (
        <line key={index} className="strip__way" data-state={step.state} x1={at(index) + 7.5} x2={at(index + 1) - 7.5} y1={H / 2} y2={H / 2} />
      ))}
      {steps.map((step, index) => (
        <g key={index} className="strip__step" data-kind={step.kind} data-state={step.state}>
          {(MARKS[step.state] ? SHAPES.slot : SHAPES[step.kind] ?? SHAPES.slot)(at(index))}
          {MARKS[step.state] ? <g className="strip__mark">{MARKS[step.state](at(index))}</g> : null}
        </g>
      ))}
    </svg>
  );
}
