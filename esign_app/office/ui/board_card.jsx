import { memo } from "react";
import { Link } from "react-router";
import { fill } from "./board_moves.js";
import { Strip } from "./board_strip.jsx";

export const GAP = 8;
const URGENT = ["needs_you", "broken"]; // board.css writes these bolder
const AROUND_LINE = 26 + 18;

export function Icon({ name, className = "icon" }) {
  return <svg className={className} aria-hidden="true" focusable="false"><use href={`/icons.svg#${name}`} /></svg>;
}

const widths = new Map();
const ink = document.createElement("canvas").getContext("2d");

function isLong({ text, tone }) {
  const room = (innerWidth <= 640 ? innerWidth - 24 : 272) - AROUND_LINE;
  const key = `${URGENT.includes(tone) ? 550 : 400} ${text}`;
  if (!widths.has(key)) { ink.font = `${key.slice(0, 3)} 12px Inter`; widths.set(key, ink.measureText(text).width); }
  return widths.get(key) > room;
}

// Known before it is drawn, so that a virtual list never jumps; board.css gives each row exactly these heights.
export function heightOf(card) {
  const line = card.line?.text ? (isLong(card.line) ? 38 : 22) : 0;
  return 88 + (card.strip ? 22 : 0) + line;
}

// The whole card is one link and one handle: its only tab stops are the link and the menu button.
export const Card = memo(function Card({ card, words, provided, snapshot, style, position, total, onMenu }) {
  const handle = { ...provided.dragHandleProps, role: undefined };
  return (
    <div ref={provided.innerRef} {...provided.draggableProps} className="deal" style={style} role="listitem"
      aria-posinset={position} aria-setsize={total} data-card={card.id} data-dragging={snapshot.isDragging || undefined}
      data-pending={card.pending || undefined} data-tone={card.line?.tone}>
      <div className="deal__head">
        <Link {...handle} className="deal__link" to={card.href} title={card.title}>{card.title}</Link>
        <button type="button" className="deal__menu icon-button" aria-label={fill(words.move, card)} aria-haspopup="menu"
          onClick={(event) => onMenu(card.id, event.currentTarget)}><Icon name="ellipsis" /></button>
      </div>
      <p className="deal__client">{card.client || "\u00a0"}</p>
      <div className="deal__meta">
        <span className="money">{card.amount}</span>
        <span className="deal__days" aria-label={fill(words.days_long, { n: card.days })}>{fill(words.days, { n: card.days })}</span>
        {card.responsible ? <Responsible who={card.responsible} words={words} /> : null}
      </div>
      {card.strip ? <Strip strip={card.strip} words={words} /> : null}
      {card.line?.text ? <Line line={card.line} /> : null}
    </div>
  );
});

function Responsible({ who, words }) {
  return (
    <span className="avatar">
      <span aria-hidden="true">{who.initials}</span>
      <span className="sr-only">{fill(words.responsible, who)}</span>
    </span>
  );
}

function Line({ line }) {
  return (
    <p className="deal__line" data-tone={line.tone} data-long={isLong(line) || undefined}>
      <Icon name={line.icon || `meaning-${line.tone}`} className="icon icon--s" />
      <span>{line.text}</span>
    </p>
  );
}
